import { type Headers, type HeaderValue } from '../../../src/domain/event-record.js';
import { encodeUserCreated } from '../../../src/domain/user-created.codec.js';
import { type Dice } from './dice.js';
import { someEvents } from './load.js';

/** What a producer puts on the log, ours or somebody else's. */
export interface Message {
  readonly key: string | null;
  /** Null only where the bus lets a producer write none. */
  readonly value: Buffer | null;
  readonly headers: Headers;
  /** The producer's clock, where the topic keeps that. */
  readonly timestampMs?: number;
}

/** One that must end as a dead letter, for this reason. */
export interface Poison extends Message {
  readonly kind: string;
  readonly stage: 'decode' | 'store';
  readonly reason: string;
}

/** The bytes of a value, with our headers, with others in place of some of ours, or without any. */
type Recipe = readonly [kind: string, reason: string, value: string | Buffer, headers?: Readonly<Record<string, HeaderValue>>];

const PERSON = { first_name: 'Ada', last_name: 'Lovelace', email: 'ada@example.com' };
export const person = (other: object = {}): string => JSON.stringify({ ...PERSON, ...other });
const nested = (depth: number, open: string, close: string) => `{"more":${open.repeat(depth)}1${close.repeat(depth)},${person().slice(1)}`;
const NOT_TEXT = Buffer.of(0xff, 0xfe);
/** With its key and headers within a topic's limit of 1 MiB, but not by much. */
const GIANT = 1_048_576 - 1_000;

const VALUES: readonly Recipe[] = [
  ...['{"first_name":"Ada",', 'Ada,Lovelace,ada@example.com', '{"first_name":NaN}', `\ufeff${person()}`].map((value): Recipe => ['no JSON', 'value.not-json', value]),
  ['no JSON', 'value.not-json', Buffer.from(person(), 'utf16le')],
  ['no value', 'value.empty', ''],
  ...['null', '[]', '42', '"Ada"', 'true', `[${person()}]`].map((value): Recipe => ['no object', 'value.not-an-object', value]),
  ...[{ first_name: { toString: 1 } }, { first_name: 7 }, { last_name: null }, { last_name: { isWellFormed: false, length: 1 } }, { email: ['ada@example.com'] }, { email: { length: 5, trim: null } }, { id: { toString: 1, valueOf: null } }, { id: 42 }].map(
    (field): Recipe => ['no text', 'field.wrong-type', person(field)],
  ),
  ['keys of every object', 'value.forbidden-key', `{"__proto__":{"first_name":"Ada"},${person().slice(1)}`],
  ['keys of every object', 'value.forbidden-key', `{"__proto__":null,"last_name":"Lovelace","email":"ada@example.com"}`],
  ...['{"constructor":{"prototype":null},"hasOwnProperty":1}', '{"toString":null,"valueOf":null,"then":1}', '{}'].map((value): Recipe => ['keys of every object', 'field.missing', value]),
  ['too deep', 'value.too-deep', nested(40, '[', ']')],
  ['too deep', 'value.too-deep', nested(20_000, '[', ']')],
  ['too deep', 'value.too-deep', nested(20_000, '{"a":', '}')],
  ...[Buffer.from(person({ first_name: 'José' }), 'latin1'), Buffer.of(0x7b, 0xc0, 0xaf, 0x7d), Buffer.of(0, 0, 0, 0, 1, 0x06, 0xff)].map((value): Recipe => ['no text at all', 'value.not-utf8', value]),
  ['lone surrogates', 'field.lone-surrogate', person({ first_name: 'A\ud83d' })],
  ['lone surrogates', 'field.lone-surrogate', person({ id: '\udc00' })],
  ['blank and long', 'field.blank', person({ last_name: ' \t' })],
  ['blank and long', 'field.blank', person({ id: '' })],
  ['blank and long', 'field.too-long', person({ email: 'e'.repeat(1_025) })],
  ['giant', 'field.too-long', person({ first_name: 'A'.repeat(GIANT) })],
  ['giant', 'value.not-json', 'A'.repeat(GIANT)],
];

const ENVELOPES: readonly Recipe[] = [
  ...['yesterday', '2026-02-30T00:00:00Z', '', NOT_TEXT].map((ce_time): Recipe => ['time', 'envelope.time', person(), { ce_time }]),
  ['time', 'time.out-of-range', person(), { ce_time: '1500-01-01T00:00:00Z' }],
  ...['0.3', ['1.0', '0.3'], ['1.0', NOT_TEXT]].map((ce_specversion): Recipe => ['envelope', 'envelope.spec-version', person(), { ce_specversion }]),
  ...['', 'i'.repeat(257), NOT_TEXT, ['', NOT_TEXT]].map((ce_id): Recipe => ['envelope', 'envelope.id', person(), { ce_id }]),
  ...[' ', 's'.repeat(257), NOT_TEXT].map((ce_subject): Recipe => ['envelope', 'envelope.subject', person(), { ce_subject }]),
  ['envelope', 'envelope.version', person(), { ce_dataschema: 'urn:userstream:user.created:v99' }],
  ...['text/csv', 'application/jsonp', NOT_TEXT].map((type): Recipe => ['envelope', 'envelope.content-type', person(), { 'content-type': type }]),
  ['headers like ours', 'field.missing', '{}', { dl_reason: 'forged', dl_partition: '0', dl_offset: '0', dl_original_dl_id: 'x', constructor: 'c', twice: ['1', NOT_TEXT, '1'] }],
];

/** Poison of each variety once, then again from the start, up to `count`; nearly half of what needs no headers of ours has none. */
export function somePoison(dice: Dice, count: number, more: readonly Poison[]): readonly Poison[] {
  const varieties = [...VALUES, ...ENVELOPES];
  const made = Array.from({ length: Math.max(count - more.length, varieties.length) }, (_, index) => brew(varieties[index % varieties.length] as Recipe, dice));
  return dice.shuffle([...made, ...more]);
}

function brew([kind, reason, value, headers]: Recipe, dice: Dice): Poison {
  const bytes = Buffer.from(value as string);
  if (headers === undefined && dice.chance(0.45)) return { kind, reason, stage: 'decode', key: null, value: bytes, headers: {} };
  const ours = encodeUserCreated(someEvents(dice, 1)[0]!);
  return { kind, reason, stage: 'decode', key: ours.key, value: bytes, headers: { ...ours.headers, ...headers } };
}

/** What decodes well, and what the table alone has something against. */
export function refusedByTable(dice: Dice, reason: string, field: object): Poison {
  const ours = dice.chance(0.5) ? encodeUserCreated(someEvents(dice, 1)[0]!) : { key: null, headers: {} };
  return { kind: 'refused by the table', reason, stage: 'store', key: ours.key, value: Buffer.from(person(field)), headers: ours.headers };
}
