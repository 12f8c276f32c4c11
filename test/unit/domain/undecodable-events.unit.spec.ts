import fc from 'fast-check';
import { type RecordedEvent } from '../../../src/domain/event-record.js';
import { decodeUserCreated } from '../../../src/domain/user-created.codec.js';
import { UndecodableEventError } from '../../../src/domain/undecodable-event.js';
import { CORE_FIELDS } from '../../../src/domain/user.js';
import { aForeignEvent, aRecordedEvent, SOME_TIME_MICROS } from '../../support/builders.js';

const options = { fields: CORE_FIELDS, nowMs: SOME_TIME_MICROS / 1_000 };
const SIZE_LIMIT = 1_048_576;
const SECRET = 'hunter2';

/** What is thrown for a record; a record that decodes fails the test. */
function faultOf(event: RecordedEvent): UndecodableEventError {
  try {
    decodeUserCreated(event, options);
  } catch (error) {
    if (error instanceof UndecodableEventError) return error;
    throw error;
  }
  throw new Error('this record was decoded');
}

/** The value of somebody with one thing changed, and a secret beside it. */
function valueWith(change: Record<string, unknown>): string {
  return JSON.stringify({ first_name: 'Ada', last_name: 'Lovelace', email: 'ada@example.com', note: SECRET, ...change });
}

const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;

describe('bytes that are no user-created event', () => {
  const values: [string, string | Buffer | null, string][] = [
    ['no value', null, 'value.empty'],
    ['an empty value', '', 'value.empty'],
    ['blanks', '  ', 'value.not-json'],
    ['malformed JSON', `{"first_name":"${SECRET}"`, 'value.not-json'],
    ['two values', '{}{}', 'value.not-json'],
    ['a byte order mark', `\ufeff${valueWith({})}`, 'value.not-json'],
    ['NaN', '{"first_name":NaN}', 'value.not-json'],
    ['a number', '42', 'value.not-an-object'],
    ['a text', '"Ada"', 'value.not-an-object'],
    ['a list', `[${valueWith({})}]`, 'value.not-an-object'],
    ['null', 'null', 'value.not-an-object'],
    ['true', 'true', 'value.not-an-object'],
    ['invalid UTF-8', Buffer.concat([Buffer.from('{"first_name":"'), Buffer.from([0xc3, 0x28]), Buffer.from('"}')]), 'value.not-utf8'],
    ['UTF-16', Buffer.from(valueWith({}), 'utf16le'), 'value.not-json'],
    ['a surrogate as bytes', Buffer.concat([Buffer.from('{"first_name":"'), Buffer.from([0xed, 0xa0, 0x80]), Buffer.from('"}')]), 'value.not-utf8'],
    ['__proto__', '{"__proto__":{"first_name":"A"},"first_name":"A","last_name":"L","email":"e"}', 'value.forbidden-key'],
    ['__proto__ written otherwise', '{"\\u005f_proto__":{},"first_name":"A","last_name":"L","email":"e"}', 'value.forbidden-key'],
    ['deep nesting', valueWith({}).replace('{', `{"deep":${nested(32)},`), 'value.too-deep'],
    ['nesting as deep as a message can be', `{"deep":${nested(SIZE_LIMIT / 2 - 10)}}`, 'value.too-deep'],
    ['an empty object', '{}', 'field.missing'],
    ['a field at the size limit', valueWith({ email: 'e'.repeat(SIZE_LIMIT) }), 'field.too-long'],
  ];
  it.each(values)('%s', (_what, value, reason) => {
    expect(faultOf(aForeignEvent(value)).reason).toBe(reason);
  });

  const fields: [string, unknown, string][] = [
    ['missing', undefined, 'field.missing'],
    ['null', null, 'field.wrong-type'],
    ['a number', 7, 'field.wrong-type'],
    ['a list', ['Ada'], 'field.wrong-type'],
    ['an object', { toString: 'Ada' }, 'field.wrong-type'],
    ['empty', '', 'field.blank'],
    ['blank', ' \t\u00a0', 'field.blank'],
    ['over-long', 'x'.repeat(1_025), 'field.too-long'],
    ['half a surrogate pair', 'Ada\ud83c', 'field.lone-surrogate'],
  ];
  const each = CORE_FIELDS.flatMap((field) => fields.map(([what, value, reason]) => [field, what, value, reason] as const));
  it.each(each)('%s that is %s', (field, _what, value, reason) => {
    const fault = faultOf(aForeignEvent(valueWith({ [field]: value })));
    expect([fault.reason, fault.detail]).toEqual([reason, `field ${field}`]);
  });

  it('nothing of that: a field that the object only inherits is one it does not have', () => {
    const { user } = decodeUserCreated(aForeignEvent(valueWith({})), { ...options, fields: [...CORE_FIELDS, 'constructor', 'toString'] });
    expect(Object.keys(user.fields)).toEqual([...CORE_FIELDS]);
  });

  const ids: [string, unknown, string][] = [
    ['a number', 42, 'field.wrong-type'],
    ['null', null, 'field.wrong-type'],
    ['blank', ' ', 'field.blank'],
    ['over-long', 'x'.repeat(257), 'field.too-long'],
    ['half a surrogate pair', '\udc00', 'field.lone-surrogate'],
  ];
  it.each(ids)('an id that is %s', (_what, id, reason) => {
    expect(faultOf(aForeignEvent(valueWith({ id }))).reason).toBe(reason);
  });

  const headers: [string, string, string | Buffer, string][] = [
    ['another content type', 'content-type', 'application/xml', 'envelope.content-type'],
    ['a content type that only begins like ours', 'content-type', 'application/jsonl', 'envelope.content-type'],
    ['a structured-mode event', 'content-type', 'application/cloudevents+json', 'envelope.content-type'],
    ['an empty content type', 'content-type', '', 'envelope.content-type'],
    ['a content type that is no text', 'content-type', Buffer.from([0xff]), 'envelope.content-type'],
    ['another CloudEvents version', 'ce_specversion', '0.3', 'envelope.spec-version'],
    ['a later version of the event', 'ce_dataschema', 'urn:userstream:user.created:v2', 'envelope.version'],
    ['an empty event id', 'ce_id', '', 'envelope.id'],
    ['an over-long event id', 'ce_id', 'x'.repeat(257), 'envelope.id'],
    ['an event id that is no text', 'ce_id', Buffer.from([0xff]), 'envelope.id'],
    ['a blank subject', 'ce_subject', ' ', 'envelope.subject'],
    ['an over-long subject', 'ce_subject', 'x'.repeat(257), 'envelope.subject'],
    ['a subject that is no text', 'ce_subject', Buffer.from([0xff]), 'envelope.subject'],
    ['a time that is none', 'ce_time', 'yesterday', 'envelope.time'],
    ['a day that is none', 'ce_time', '2026-02-30T00:00:00Z', 'envelope.time'],
    ['an empty time', 'ce_time', '', 'envelope.time'],
    ['a time that is no text', 'ce_time', Buffer.from([0xff]), 'envelope.time'],
    ['a time before any calendar of ours', 'ce_time', '0001-01-01T00:00:00Z', 'time.out-of-range'],
  ];
  it.each(headers)('%s', (_what, name, value, reason) => {
    const event = aRecordedEvent();
    expect(faultOf({ ...event, headers: { ...event.headers, [name]: value } }).reason).toBe(reason);
  });

  it.each([32, 31, 5])('nothing of that: a value nested %i levels at most decodes', (levels) => {
    const value = valueWith({}).replace('{', `{"deep":${nested(levels - 1)},`);
    expect(decodeUserCreated(aForeignEvent(value), options).user.fields).toMatchObject({ first_name: 'Ada' });
  });

  it('nothing of that: a message at the size limit, a field at its longest', () => {
    const longest = 'é'.repeat(1_024);
    const value = valueWith({ email: longest, padding: 'x'.repeat(SIZE_LIMIT - 3_000) });
    expect(decodeUserCreated(aForeignEvent(value), options).user.fields).toEqual({ first_name: 'Ada', last_name: 'Lovelace', email: longest });
  });

  it('names the place and the reason, and quotes nothing', () => {
    const place = { topic: 'users_created', partition: 3, offset: 99 };
    for (const value of [`{"first_name":"${SECRET}"`, valueWith({ email: 7 }), valueWith({ email: `${SECRET}\ud800` })]) {
      const fault = faultOf(aForeignEvent(value, place));
      expect(fault.message).toContain('users_created/3/99');
      expect(fault.message).toContain(fault.reason);
      expect(fault.message).not.toContain(SECRET);
      expect(fault).toMatchObject({ disposition: 'dead-letter', code: 'event.undecodable' });
    }
  });

  it('whatever comes, it is decoded or said to be undecodable', () => {
    const header = fc.oneof(fc.string({ unit: 'binary' }), fc.uint8Array().map((bytes) => Buffer.from(bytes)), fc.array(fc.string(), { maxLength: 2 }));
    const names = ['ce_id', 'ce_time', 'ce_subject', 'ce_type', 'ce_specversion', 'ce_dataschema', 'ce_fetchedat', 'content-type', '__proto__'];
    const value = fc.oneof(
      fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes)),
      fc.json().map((json) => Buffer.from(json)),
      fc.record({ first_name: fc.anything(), last_name: fc.string(), email: fc.string(), id: fc.anything() }, { requiredKeys: [] }).map((object) => Buffer.from(safeJson(object))),
      fc.constant(null),
    );
    fc.assert(
      fc.property(value, fc.dictionary(fc.constantFrom(...names), header), fc.integer(), fc.constantFrom('append' as const, 'create' as const), (bytes, given, timestampMs, timestampType) => {
        try {
          decodeUserCreated(aForeignEvent(bytes, { headers: given, timestampMs, timestampType }), options);
        } catch (error) {
          expect(error).toBeInstanceOf(UndecodableEventError);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});

function safeJson(value: unknown): string {
  try {
    return JSON.stringify(value, (_key, inner: unknown) => (typeof inner === 'bigint' ? String(inner) : inner)) ?? 'null';
  } catch {
    return 'null';
  }
}
