import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { deriveId } from '../../../../../src/domain/ids.js';
import { type HeaderValue, type OutgoingEvent, type RecordedEvent } from '../../../../../src/domain/event-record.js';
import { decodeDeadLetter, encodeDeadLetter } from '../../../../../src/modules/processing/dead-letters/dead-letter.codec.js';
import { deadLetterOf, truncated, type DeadLetter } from '../../../../../src/modules/processing/dead-letters/dead-letter.js';
import { aRecordedEvent } from '../../../../support/builders.js';

const DEAD_AT_MS = Date.UTC(2026, 10, 23);

function aDeadLetter(original: Partial<RecordedEvent> = {}, given: Partial<DeadLetter> = {}): DeadLetter {
  return { ...deadLetterOf({ original: aRecordedEvent(original), stage: 'decode', reason: 'field.blank', detail: 'field email', group: 'userstream', deadAtMs: DEAD_AT_MS }), ...given };
}

/** As the dead-letter topic gives it back. */
function recorded(outgoing: OutgoingEvent): RecordedEvent {
  return { topic: 'users_created_dlq', partition: 1, offset: 8, timestampMs: DEAD_AT_MS, timestampType: 'append', ...outgoing, key: outgoing.key === null ? null : Buffer.from(outgoing.key) };
}

const headerValue: fc.Arbitrary<HeaderValue> = fc.oneof(
  fc.string(),
  fc.constant(Buffer.from([0xff, 0x00])),
  fc.array(fc.string(), { minLength: 2, maxLength: 3 }),
);
const headerName = fc.oneof(fc.string(), fc.constantFrom('ce_type', 'dl_reason', 'dl_offset', 'dl_nullvalue', 'dl_key', 'dl_truncated', 'dl_original_dl_reason', 'dl_', '__proto__', 'constructor'));
const bytes = fc.option(fc.uint8Array({ maxLength: 50 }).map((array) => Buffer.from(array)), { nil: null });

describe('the codec of dead letters', () => {
  it('gives any event back as it was: key, value, headers, position and time', () => {
    fc.assert(
      fc.property(bytes, bytes, fc.dictionary(headerName, headerValue), fc.constantFrom('append' as const, 'create' as const), fc.integer({ min: -1 }), (key, value, headers, timestampType, timestampMs) => {
        const letter = aDeadLetter({ key, value, headers: Object.fromEntries(Object.entries(headers)), timestampType, timestampMs, partition: 3, offset: 77 });

        expect(decodeDeadLetter(recorded(encodeDeadLetter(letter)))).toEqual(letter);
      }),
      { numRuns: 300 },
    );
  });

  it('keeps a value of null and an empty one apart', () => {
    const decoded = [null, Buffer.alloc(0)].map((value) => decodeDeadLetter(recorded(encodeDeadLetter(aDeadLetter({ value }))))?.original.value);

    expect(decoded).toEqual([null, Buffer.alloc(0)]);
  });

  it('writes the original key and value, and what became of it in headers of its own', () => {
    const original = aRecordedEvent({ key: Buffer.from('k'), headers: { ce_type: 'user.created', dl_reason: 'theirs' }, partition: 2, offset: 9, timestampMs: 1_234 });

    const outgoing = encodeDeadLetter(deadLetterOf({ original, stage: 'store', reason: 'row.too-large', detail: null, group: 'g', deadAtMs: DEAD_AT_MS }));

    expect(outgoing).toEqual({
      key: 'k',
      value: original.value,
      headers: {
        ce_type: 'user.created',
        dl_original_dl_reason: 'theirs',
        dl_id: deriveId('dead-letter', 'g', 'users_created', 2, 9),
        dl_reason: 'row.too-large',
        dl_stage: 'store',
        dl_group: 'g',
        dl_time: '2026-11-23T00:00:00.000Z',
        dl_topic: 'users_created',
        dl_partition: '2',
        dl_offset: '9',
        dl_timestamp: '1234',
        dl_timestamptype: 'append',
      },
    });
  });

  it('gives the same id to repeats and another to another place or group', () => {
    const ids = [aDeadLetter({ offset: 1 }), aDeadLetter({ offset: 1 }), aDeadLetter({ offset: 2 }), aDeadLetter({ offset: 1, partition: 1 })].map(({ id }) => id);
    const ofOtherGroup = deadLetterOf({ ...aDeadLetter({ offset: 1 }), group: 'other' }).id;

    expect(new Set(ids).size).toBe(3);
    expect(ids[0]).toBe(ids[1]);
    expect(ids).not.toContain(ofOtherGroup);
  });

  it.each(['dl_id', 'dl_reason', 'dl_stage', 'dl_group', 'dl_time', 'dl_topic', 'dl_partition', 'dl_offset', 'dl_timestamp'])('a record without %s is no dead letter', (name) => {
    const whole = recorded(encodeDeadLetter(aDeadLetter()));
    const headers = Object.fromEntries(Object.entries(whole.headers).filter(([other]) => other !== name));

    expect(decodeDeadLetter(whole)).not.toBeNull();
    expect(decodeDeadLetter({ ...whole, headers })).toBeNull();
  });

  it.each([
    ['dl_offset', 'x'],
    ['dl_stage', 'publish'],
    ['dl_time', 'yesterday'],
  ])('a record whose %s is %s is none either', (name, value) => {
    const whole = recorded(encodeDeadLetter(aDeadLetter()));

    expect(decodeDeadLetter({ ...whole, headers: { ...whole.headers, [name]: value } })).toBeNull();
  });

  it('a detail is cut where it would fill the headers', () => {
    const { detail } = deadLetterOf({ ...aDeadLetter(), detail: 'x'.repeat(5_000) });

    expect(detail).toHaveLength(500);
  });
});

describe('a truncated dead letter', () => {
  it('keeps where its original lay, also of a record that is only a view of the log', () => {
    const plain = aDeadLetter({ value: Buffer.alloc(200_000, 'x'), offset: 4 });
    const view = Object.create(Object.defineProperties({}, Object.fromEntries(Object.entries(plain.original).map(([name, value]) => [name, { get: () => value as unknown }])))) as RecordedEvent;
    expect(truncated({ ...plain, original: view }).original).toEqual(truncated(plain).original);
    expect(truncated(plain).original).toMatchObject({ topic: plain.original.topic, partition: plain.original.partition, offset: 4 });
  });

  const value = Buffer.alloc(200_000, 'ä');

  it('keeps position, size, hash and the first 64 KiB of the value', () => {
    const letter = truncated(aDeadLetter({ value, offset: 4 }));

    expect(letter.original).toMatchObject({ topic: 'users_created', partition: 0, offset: 4 });
    expect(letter.original.value).toEqual(value.subarray(0, 65_536));
    expect(letter.truncation).toEqual({ size: 200_000, sha256: createHash('sha256').update(value).digest('hex') });
    expect(letter.id).toBe(aDeadLetter({ offset: 4 }).id);
  });

  it('is marked, and reads as it was written', () => {
    const letter = truncated(aDeadLetter({ value }));
    const outgoing = encodeDeadLetter(letter);

    expect(outgoing.headers).toMatchObject({ dl_truncated: 'true', dl_size: '200000', dl_sha256: letter.truncation?.sha256 });
    expect(decodeDeadLetter(recorded(outgoing))).toEqual(letter);
  });

  it('lets headers and a long key go, which may be what is too large', () => {
    const { original } = truncated(aDeadLetter({ key: Buffer.alloc(1_025, 'k'), headers: { big: 'x'.repeat(100_000) } }));

    expect(original).toMatchObject({ key: null, headers: {} });
    expect(truncated(aDeadLetter({ key: Buffer.alloc(1_024, 'k') })).original.key).toHaveLength(1_024);
  });

  it('says null where there was no value', () => {
    expect(truncated(aDeadLetter({ value: null })).original.value).toBeNull();
  });
});
