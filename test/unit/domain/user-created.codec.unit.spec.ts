import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CloudEvent, Kafka } from 'cloudevents';
import fc from 'fast-check';
import { v5 as uuidv5 } from 'uuid';
import { type Headers, type RecordedEvent } from '../../../src/domain/event-record.js';
import { decodeUserCreated, encodeUserCreated, typeOf } from '../../../src/domain/user-created.codec.js';
import { CORE_FIELDS } from '../../../src/domain/user.js';
import { type UserCreated } from '../../../src/domain/user-created.js';
import { aForeignEvent, aRecordedEvent, aUserCreated, SOME_TIME_MICROS } from '../../support/builders.js';

const NOW_MS = SOME_TIME_MICROS / 1_000 + 60_000;
const options = { fields: CORE_FIELDS, nowMs: NOW_MS };

interface StoredEvent {
  readonly name: string;
  readonly fields: string[];
  readonly record: Omit<RecordedEvent, 'key' | 'value'> & { readonly key: string | null; readonly value: string };
  readonly decoded: Record<string, unknown>;
}

function storedEvents(file: string): StoredEvent[] {
  const path = join(import.meta.dirname, '..', '..', 'fixtures', 'events', file);
  return (JSON.parse(readFileSync(path, 'utf8')) as { events: StoredEvent[] }).events;
}

/** An event as the log would give it back. */
function recorded(event: UserCreated, given: Partial<RecordedEvent> = {}): RecordedEvent {
  const { key, value, headers } = encodeUserCreated(event);
  return aRecordedEvent({ key: key === null ? null : Buffer.from(key), value, headers, ...given });
}

const text = fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }).filter((given) => given.trim() !== '');
const someEvent: fc.Arbitrary<UserCreated> = fc.record({
  id: fc.uuid(),
  source: fc.constantFrom('/userstream/randomuser', '/userstream/synthetic', 'https://example.com/people'),
  timeMicros: fc.integer({ min: 0, max: SOME_TIME_MICROS }),
  user: fc.record({ id: fc.uuid(), fields: fc.record({ first_name: text, last_name: text, email: text }) }),
  runId: fc.option(fc.uuid()),
  fetchedAtMs: fc.option(fc.integer({ min: 0, max: NOW_MS })),
  redriveOf: fc.option(fc.constant('users_created/0/7')),
});

describe('encodeUserCreated', () => {
  it('writes exactly the JSON that the old stack reads, under the user id as key', () => {
    const { key, value } = encodeUserCreated(aUserCreated({ userId: 'b1', fields: { first_name: 'Zoë', last_name: 'Ng', email: 'z@example.com' } }));
    expect(value.toString('utf8')).toBe('{"first_name":"Zoë","last_name":"Ng","email":"z@example.com"}');
    expect(key).toBe('b1');
  });

  it('writes further fields in the order of the user, the id too where it is one of them', () => {
    const fields = { id: 'b1', last_name: 'Ng', phone: '1', first_name: 'Zoë', email: 'z@example.com' };
    const { key, value } = encodeUserCreated(aUserCreated({ userId: 'b1', fields }));
    expect(value.toString('utf8')).toBe('{"id":"b1","last_name":"Ng","phone":"1","first_name":"Zoë","email":"z@example.com"}');
    expect(key).toBe('b1');
  });

  it('is a valid CloudEvents 1.0 message in Kafka binary mode', () => {
    fc.assert(
      fc.property(someEvent, (event) => {
        const { key, value, headers } = encodeUserCreated(event);
        const message = { key, value, headers: headers as Record<string, string>, body: value.toString('utf8'), timestamp: '0' };
        const read = Kafka.toEvent(message);

        expect(read).toBeInstanceOf(CloudEvent);
        const cloudEvent = read as CloudEvent;
        expect(cloudEvent.validate()).toBe(true);
        expect(cloudEvent).toMatchObject({
          specversion: '1.0',
          id: event.id,
          type: 'user.created',
          source: event.source,
          subject: event.user.id,
          dataschema: 'urn:userstream:user.created:v1',
          datacontenttype: 'application/json',
          data: event.user.fields,
        });
        expect(Date.parse(cloudEvent.time ?? '')).toBe(Math.floor(event.timeMicros / 1_000));
        expect(cloudEvent['runid'] ?? null).toBe(event.runId);
      }),
    );
  });

  it('leaves out the headers of what an event does not have', () => {
    expect(Object.keys(encodeUserCreated(aUserCreated()).headers).sort()).toEqual(
      ['ce_dataschema', 'ce_id', 'ce_source', 'ce_specversion', 'ce_subject', 'ce_time', 'ce_type', 'content-type'],
    );
  });
});

describe('decodeUserCreated', () => {
  it('reads what was written, with its place on the log', () => {
    fc.assert(
      fc.property(someEvent, fc.nat(), fc.nat(64), (event, offset, partition) => {
        expect(decodeUserCreated(recorded(event, { offset, partition, topic: 't' }), options)).toEqual({ ...event, topic: 't', partition, offset });
      }),
    );
  });

  it.each([...storedEvents('user-created.v1.json'), ...storedEvents('foreign.json')].map((stored) => [stored.name, stored] as const))(
    'reads for ever: %s',
    (_name, { fields, record, decoded }) => {
      const event: RecordedEvent = { ...record, key: record.key === null ? null : Buffer.from(record.key), value: Buffer.from(record.value, 'base64') };
      expect(decodeUserCreated(event, { fields, nowMs: record.timestampMs })).toEqual(decoded);
    },
  );

  it('takes along the wanted fields only', () => {
    const value = '{"password":"hunter2","email":"e@example.com","first_name":"A","last_name":"L","phone":"1"}';
    expect(decodeUserCreated(aForeignEvent(value), { ...options, fields: [...CORE_FIELDS, 'phone', 'gender'] }).user.fields).toEqual({
      first_name: 'A', last_name: 'L', email: 'e@example.com', phone: '1',
    });
  });

  it.each(['application/json', 'application/json; charset=utf-8', 'Application/JSON', undefined])('takes the content type %s', (contentType) => {
    const headers: Headers = contentType === undefined ? {} : { 'content-type': contentType };
    expect(decodeUserCreated(aForeignEvent(VALUE, { headers }), options).user.fields).toMatchObject({ first_name: 'A' });
  });

  it('takes the last of a header that was repeated', () => {
    const event = aRecordedEvent();
    const headers = { ...event.headers, ce_id: ['first', 'last'] };
    expect(decodeUserCreated({ ...event, headers }, options).id).toBe('last');
  });

  it('takes somebody else’s schema, and a fetch time that is none, for what they are', () => {
    const event = aRecordedEvent();
    const headers = { ...event.headers, ce_dataschema: 'https://example.com/schema', ce_fetchedat: 'yesterday' };
    expect(decodeUserCreated({ ...event, headers }, options).fetchedAtMs).toBeNull();
  });
});

const VALUE = '{"first_name":"A","last_name":"L","email":"e@example.com"}';
const NAMESPACE = 'b1f3c8a2-5d0e-5c7b-9a44-2f6e1d7c0a93';

describe('an event without our headers', () => {
  const place = { topic: 'theirs', partition: 3, offset: 12_345, timestampMs: NOW_MS - 1_000 } as const;

  it('gets the same id and user id from its place on the log at every reading, and others at any other place', () => {
    const read = (given: Partial<RecordedEvent> = {}) => decodeUserCreated(aForeignEvent(VALUE, { ...place, ...given }), options);
    const id = uuidv5(JSON.stringify(['foreign', 'theirs', 3, 12_345, NOW_MS - 1_000]), NAMESPACE);

    expect(read()).toMatchObject({ id, user: { id }, source: '', runId: null });
    const ids = [read(), read({ topic: 'other' }), read({ partition: 4 }), read({ offset: 12_346 }), read({ timestampMs: NOW_MS - 999 })].map((event) => event.id);
    expect(new Set(ids).size).toBe(5);
  });

  it.each([
    ['a UUID', '6C84FB90-12C4-11E1-840D-7B25C5EE775A', '6c84fb90-12c4-11e1-840d-7b25c5ee775a'],
    ['another text', 'user 42', uuidv5(JSON.stringify(['user', 'user 42']), NAMESPACE)],
  ])('takes the id in its value as user id: %s', (_what, given, id) => {
    const value = JSON.stringify({ ...(JSON.parse(VALUE) as object), id: given });
    expect(decodeUserCreated(aForeignEvent(value, place), options).user.id).toBe(id);
  });

  it('prefers the id in the value to the subject, and the subject to the event id', () => {
    const headers = { ce_subject: 'subject', ce_id: 'event' };
    const withId = JSON.stringify({ ...(JSON.parse(VALUE) as object), id: 'value' });
    const userId = (value: string, given: Headers) => decodeUserCreated(aForeignEvent(value, { headers: given }), options).user.id;
    const derived = (name: string) => uuidv5(JSON.stringify(['user', name]), NAMESPACE);

    expect(userId(withId, headers)).toBe(derived('value'));
    expect(userId(VALUE, headers)).toBe(derived('subject'));
    expect(userId(VALUE, { ce_id: 'event' })).toBe(derived('event'));
  });

  it('gets its time from the record, its offset as microseconds so that neighbours keep their order', () => {
    const time = (offset: number) => decodeUserCreated(aForeignEvent(VALUE, { ...place, offset }), options).timeMicros;
    expect([time(12_345), time(12_999), time(13_000)]).toEqual([345, 999, 0].map((micros) => place.timestampMs * 1_000 + micros));
  });

  it.each([
    ['before 2000', Date.UTC(2000, 0, 1) - 1, true],
    ['in 2000', Date.UTC(2000, 0, 1), false],
    ['a day ahead', NOW_MS + 86_400_000, false],
    ['more than a day ahead', NOW_MS + 86_400_001, true],
  ])('cannot have a producer’s timestamp that is no time: %s', (_what, timestampMs, refused) => {
    const read = (timestampType: 'create' | 'append') => () => decodeUserCreated(aForeignEvent(VALUE, { timestampMs, timestampType }), options);
    if (refused) expect(read('create')).toThrow('time.out-of-range');
    else expect(read('create')).not.toThrow();
    expect(read('append')).not.toThrow();
  });

  it.each([
    ['up to five minutes ahead of its record is believed', 300_000_000, false],
    ['further ahead takes the record’s', 300_000_001, true],
    ['long ago is believed', -86_400_000_000 * 365, false],
  ])('an event time %s', (_what, aheadMicros, recordsOwn) => {
    const timestampMs = NOW_MS - 1_000;
    const given = timestampMs * 1_000 + aheadMicros;
    const event = recorded(aUserCreated({ timeMicros: given }), { timestampMs, offset: 7_008 });
    expect(decodeUserCreated(event, options).timeMicros).toBe(recordsOwn ? timestampMs * 1_000 + 8 : given);
  });
});

describe('typeOf', () => {
  it('is what the header says, and ours where there is none', () => {
    expect(typeOf(aRecordedEvent())).toBe('user.created');
    expect(typeOf(aForeignEvent(VALUE))).toBe('user.created');
    expect(typeOf(aForeignEvent(VALUE, { headers: { ce_type: 'user.deleted' } }))).toBe('user.deleted');
  });
});
