import { isUtf8 } from 'node:buffer';
import { UndecodableEventError, type DecodeFault } from './undecodable-event.js';
import { formatMicros, parseMicros, type Micros } from './micros.js';
import { foreignEventId, toUserId } from './ids.js';
import { pickFields, type UserFields } from './user.js';
import { textHeader, type OutgoingEvent, type RecordedEvent } from './event-record.js';
import { USER_CREATED, type ReceivedUserCreated, type UserCreated } from './user-created.js';

/** CloudEvents 1.0, Kafka binary mode: the headers' names on the wire. */
const HEADER = {
  specVersion: 'ce_specversion',
  id: 'ce_id',
  type: 'ce_type',
  source: 'ce_source',
  time: 'ce_time',
  subject: 'ce_subject',
  dataSchema: 'ce_dataschema',
  runId: 'ce_runid',
  fetchedAt: 'ce_fetchedat',
  redriveOf: 'ce_redriveof',
  contentType: 'content-type',
} as const;

const SCHEMA = 'urn:userstream:user.created:v1';
const SCHEMA_PREFIX = 'urn:userstream:user.created:v';
const SPEC_VERSION = '1.0';
const YEAR_2000_MS = 946_684_800_000;
const DAY_MS = 86_400_000;
const FUTURE_TOLERANCE_MICROS = 300_000_000;
const MAX_DEPTH = 32;
const MAX_ID_LENGTH = 256;
const REPLACEMENT = '\ufffd';

export interface DecodeOptions {
  /** The fields to read, the core three among them: what isn't named is not taken along. */
  readonly fields: readonly string[];
  /** Our clock in milliseconds, for producers' clocks that cannot be true. */
  readonly nowMs: number;
}

/** The event as it goes on the wire: key = user id, value = the fields as JSON in their own order, the rest in headers. */
export function encodeUserCreated(event: UserCreated): OutgoingEvent {
  const headers: Record<string, string> = {
    [HEADER.specVersion]: SPEC_VERSION,
    [HEADER.id]: event.id,
    [HEADER.type]: USER_CREATED,
    [HEADER.source]: event.source,
    [HEADER.time]: formatMicros(event.timeMicros),
    [HEADER.subject]: event.user.id,
    [HEADER.dataSchema]: SCHEMA,
    [HEADER.contentType]: 'application/json',
  };
  if (event.runId !== null) headers[HEADER.runId] = event.runId;
  if (event.fetchedAtMs !== null) headers[HEADER.fetchedAt] = new Date(event.fetchedAtMs).toISOString();
  if (event.redriveOf !== null) headers[HEADER.redriveOf] = event.redriveOf;
  return { key: event.user.id, value: Buffer.from(JSON.stringify(event.user.fields)), headers };
}

/** The CloudEvents type of a recorded event: `user.created` for one without headers, which is somebody's own producer. */
export function typeOf(recorded: RecordedEvent): string {
  return textHeader(recorded.headers, HEADER.type) ?? USER_CREATED;
}

/**
 * Bytes become a typed event here and nowhere else. Ours are read by their headers; an event without them gets its
 * id, subject and time from its place on the log.
 * @throws UndecodableEventError - nothing will ever make an event of these bytes; it says why.
 */
export function decodeUserCreated(recorded: RecordedEvent, options: DecodeOptions): ReceivedUserCreated {
  checkEnvelope(recorded);
  const value = parseValue(recorded);
  const picked = pickFields(value, options.fields);
  if ('fault' in picked) throw undecodable(recorded, picked.fault, `field ${picked.field}`);
  return received(recorded, picked.fields, idGiven(recorded, value), timeOf(recorded, options.nowMs));
}

function received(recorded: RecordedEvent, fields: UserFields, idInValue: string | null, timeMicros: Micros): ReceivedUserCreated {
  const { headers } = recorded;
  const id = decidingHeader(recorded, HEADER.id, 'envelope.id') ?? foreignEventId(recorded);
  const givenUserId = idInValue ?? decidingHeader(recorded, HEADER.subject, 'envelope.subject') ?? id;
  if (id === '' || id.length > MAX_ID_LENGTH) throw undecodable(recorded, 'envelope.id');
  if (givenUserId.trim() === '' || givenUserId.length > MAX_ID_LENGTH) throw undecodable(recorded, 'envelope.subject');
  return {
    id,
    source: textHeader(headers, HEADER.source) ?? '',
    timeMicros,
    user: { id: toUserId(givenUserId), fields },
    runId: textHeader(headers, HEADER.runId) ?? null,
    fetchedAtMs: millisOf(textHeader(headers, HEADER.fetchedAt)),
    redriveOf: textHeader(headers, HEADER.redriveOf) ?? null,
    topic: recorded.topic,
    partition: recorded.partition,
    offset: recorded.offset,
  };
}

/** The time asked for last: all events of a page have the same. */
let lastTime = '';
let lastMillis: number | null = null;

function millisOf(time: string | undefined): number | null {
  if (time === undefined) return null;
  if (time === lastTime) return lastMillis;
  const millis = Date.parse(time);
  lastTime = time;
  return (lastMillis = Number.isNaN(millis) ? null : millis);
}

function checkEnvelope(recorded: RecordedEvent): void {
  const contentType = decidingHeader(recorded, HEADER.contentType, 'envelope.content-type');
  if (contentType !== undefined && contentType !== 'application/json' && !/^application\/json\s*(;|$)/i.test(contentType)) {
    throw undecodable(recorded, 'envelope.content-type');
  }
  const specVersion = decidingHeader(recorded, HEADER.specVersion, 'envelope.spec-version');
  if (specVersion !== undefined && specVersion !== SPEC_VERSION) throw undecodable(recorded, 'envelope.spec-version');
  const schema = decidingHeader(recorded, HEADER.dataSchema, 'envelope.version');
  if (schema !== undefined && schema !== SCHEMA && schema.startsWith(SCHEMA_PREFIX)) {
    throw undecodable(recorded, 'envelope.version');
  }
}

/** The text of a header that decides something: one that is there and no text is a fault, not a header that is missing. */
function decidingHeader(recorded: RecordedEvent, name: string, fault: DecodeFault): string | undefined {
  const text = textHeader(recorded.headers, name);
  if (text === undefined && Object.hasOwn(recorded.headers, name)) throw undecodable(recorded, fault);
  return text;
}

function parseValue(recorded: RecordedEvent): Readonly<Record<string, unknown>> {
  const bytes = recorded.value;
  if (bytes === null || bytes.length === 0) throw undecodable(recorded, 'value.empty');
  const text = bytes.toString('utf8');
  // Bytes that are no UTF-8 leave this character behind; it may also have been there before.
  if (text.includes(REPLACEMENT) && !isUtf8(bytes)) throw undecodable(recorded, 'value.not-utf8');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw undecodable(recorded, 'value.not-json', undefined, cause);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw undecodable(recorded, 'value.not-an-object');
  if (Object.hasOwn(value, '__proto__')) throw undecodable(recorded, 'value.forbidden-key');
  if (deeperThan(value, MAX_DEPTH)) throw undecodable(recorded, 'value.too-deep');
  return value as Readonly<Record<string, unknown>>;
}

/** Whether objects and lists nest deeper than `limit`. Without recursion, so that no depth can overflow our own stack. */
function deeperThan(value: object, limit: number): boolean {
  let level = nestedIn(value);
  for (let depth = 1; level.length > 0; depth += 1) {
    if (depth >= limit) return true;
    level = level.flatMap(nestedIn);
  }
  return false;
}

const NOTHING: readonly object[] = [];

/** Nearly every value is flat: nothing is allocated for one. */
function nestedIn(value: object): readonly object[] {
  let nested: object[] | undefined;
  for (const key in value) {
    const child: unknown = (value as Record<string, unknown>)[key];
    if (typeof child === 'object' && child !== null) (nested ??= []).push(child);
  }
  return nested ?? NOTHING;
}

function idGiven(recorded: RecordedEvent, value: Readonly<Record<string, unknown>>): string | null {
  if (!Object.hasOwn(value, 'id')) return null;
  const id = value['id'];
  if (typeof id !== 'string') throw undecodable(recorded, 'field.wrong-type', 'field id');
  if (id.trim() === '') throw undecodable(recorded, 'field.blank', 'field id');
  if (id.length > MAX_ID_LENGTH) throw undecodable(recorded, 'field.too-long', 'field id');
  if (!id.isWellFormed()) throw undecodable(recorded, 'field.lone-surrogate', 'field id');
  return id;
}

/** The event's own time, unless it has none or claims a future that the log's time rules out. */
function timeOf(recorded: RecordedEvent, nowMs: number): Micros {
  if (recorded.timestampType === 'create' && (recorded.timestampMs < YEAR_2000_MS || recorded.timestampMs > nowMs + DAY_MS)) {
    throw undecodable(recorded, 'time.out-of-range');
  }
  const recordMicros = recorded.timestampMs * 1_000 + (recorded.offset % 1_000);
  const given = decidingHeader(recorded, HEADER.time, 'envelope.time');
  if (given === undefined) return recordMicros;
  const eventMicros = parseMicros(given);
  if (eventMicros === null) throw undecodable(recorded, 'envelope.time');
  if (eventMicros < -Number.MAX_SAFE_INTEGER) throw undecodable(recorded, 'time.out-of-range');
  return eventMicros > recorded.timestampMs * 1_000 + FUTURE_TOLERANCE_MICROS ? recordMicros : eventMicros;
}

function undecodable(recorded: RecordedEvent, reason: DecodeFault, detail?: string, cause?: unknown): UndecodableEventError {
  return new UndecodableEventError(recorded, reason, detail, cause);
}
