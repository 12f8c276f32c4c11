import fc from 'fast-check';
import { sizeOf, toRecordedEvent, toRow } from '../../../../src/adapters/event-bus-sqlite/event-row.js';
import { type OutgoingEvent } from '../../../../src/domain/event-record.js';

const bytes = fc.uint8Array({ maxLength: 40 }).map((array) => Buffer.from(array));
const one = fc.oneof(fc.string({ unit: 'grapheme' }), bytes);
const headers = fc.dictionary(fc.string({ unit: 'grapheme' }), fc.oneof(one, fc.array(one, { maxLength: 3 })));
const event: fc.Arbitrary<OutgoingEvent> = fc.record({ key: fc.option(fc.string({ unit: 'grapheme' })), value: bytes, headers });

function throughTheFile(outgoing: OutgoingEvent) {
  const row = toRow(outgoing);
  const keyAndValue = new Uint8Array(Buffer.concat([row.key ?? Buffer.alloc(0), row.value]));
  return toRecordedEvent('topic', 3, 1_000, [1_007, 42, row.key?.length ?? null, keyAndValue, row.headers]);
}

describe('an event as a row', () => {
  it('comes back as it was, whatever its headers', () => {
    fc.assert(
      fc.property(event, (outgoing) => {
        const recorded = throughTheFile(outgoing);
        expect(recorded.value).toEqual(outgoing.value);
        expect(recorded.key).toEqual(outgoing.key === null ? null : Buffer.from(outgoing.key));
        expect(Object.entries(recorded.headers)).toEqual(Object.entries(outgoing.headers));
      }),
    );
  });

  it('knows its place', () => {
    const recorded = throughTheFile({ key: null, value: Buffer.from('x'), headers: {} });
    expect(recorded).toMatchObject({ topic: 'topic', partition: 3, offset: 7, timestampMs: 42, timestampType: 'append' });
  });

  it('has the size of key, value, and names and values of the headers, in bytes', () => {
    expect(sizeOf({ key: 'ä', value: Buffer.alloc(10), headers: { ab: 'cdé', x: Buffer.alloc(5), y: ['1', '22'] } })).toBe(2 + 10 + (2 + 4) + (1 + 5) + (1 + 1) + (1 + 2));
  });

  it('never takes less room than its size, so that a quick look at the row is enough', () => {
    fc.assert(fc.property(event, (outgoing) => toRow(outgoing).bytes >= sizeOf({ ...outgoing, headers: {} })));
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.string()), (texts) => {
        const outgoing = { key: 'k', value: Buffer.alloc(3), headers: texts };
        expect(toRow(outgoing).bytes).toBeGreaterThanOrEqual(sizeOf(outgoing));
      }),
    );
  });
});
