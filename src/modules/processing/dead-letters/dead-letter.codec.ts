import { isUtf8 } from 'node:buffer';
import { textHeader, type Headers, type HeaderValue, type OutgoingEvent, type RecordedEvent } from '../../../domain/event-record.js';
import { parseMicros } from '../../../domain/micros.js';
import { type DeadLetter, type DeadLetterStage, type Truncation } from './dead-letter.js';

/** Our headers on a dead letter, besides those of the original. */
const HEADER = {
  id: 'dl_id',
  reason: 'dl_reason',
  stage: 'dl_stage',
  detail: 'dl_detail',
  group: 'dl_group',
  /** When it was given up, RFC 3339. */
  time: 'dl_time',
  topic: 'dl_topic',
  partition: 'dl_partition',
  offset: 'dl_offset',
  /** The original record's, milliseconds since 1970. */
  timestamp: 'dl_timestamp',
  timestampType: 'dl_timestamptype',
  /** `true` where the original had no value at all, which is not the same as an empty one. */
  nullValue: 'dl_nullvalue',
  /** The original key, where it is not text and so cannot be this record's key. */
  key: 'dl_key',
  truncated: 'dl_truncated',
  size: 'dl_size',
  sha256: 'dl_sha256',
} as const;

const OURS = 'dl_';
/** Before the name of every original header that begins like ours: so no name of theirs can read as one of ours. */
const ESCAPE = 'dl_original_';

/** A dead letter as it goes on the wire: the original's key, value and headers, and what became of it in ours. */
export function encodeDeadLetter(letter: DeadLetter): OutgoingEvent {
  const { original, truncation } = letter;
  const headers: [string, HeaderValue][] = Object.entries(original.headers).map(([name, value]) => [escaped(name), value]);
  headers.push(
    [HEADER.id, letter.id],
    [HEADER.reason, letter.reason],
    [HEADER.stage, letter.stage],
    [HEADER.group, letter.group],
    [HEADER.time, new Date(letter.deadAtMs).toISOString()],
    [HEADER.topic, original.topic],
    [HEADER.partition, String(original.partition)],
    [HEADER.offset, String(original.offset)],
    [HEADER.timestamp, String(original.timestampMs)],
    [HEADER.timestampType, original.timestampType],
  );
  if (letter.detail !== null) headers.push([HEADER.detail, letter.detail]);
  if (original.value === null) headers.push([HEADER.nullValue, 'true']);
  if (truncation !== null) {
    headers.push([HEADER.truncated, 'true'], [HEADER.size, String(truncation.size)], [HEADER.sha256, truncation.sha256]);
  }
  const textKey = original.key !== null && isUtf8(original.key) ? original.key.toString('utf8') : null;
  if (original.key !== null && textKey === null) headers.push([HEADER.key, original.key]);
  return { key: textKey, value: original.value ?? Buffer.alloc(0), headers: Object.fromEntries(headers) };
}

/** The dead letter that a record of the dead-letter topic holds; null for a record that is not one of ours. */
export function decodeDeadLetter(recorded: RecordedEvent): DeadLetter | null {
  const text = (name: string) => textHeader(recorded.headers, name);
  const [id, reason, group, topic] = [text(HEADER.id), text(HEADER.reason), text(HEADER.group), text(HEADER.topic)];
  const stage = stageOf(text(HEADER.stage));
  const partition = numberOf(text(HEADER.partition));
  const offset = numberOf(text(HEADER.offset));
  const timestampMs = numberOf(text(HEADER.timestamp));
  const deadAtMicros = parseMicros(text(HEADER.time) ?? '');
  if (id === undefined || reason === undefined || group === undefined || topic === undefined || stage === null) return null;
  if (partition === null || offset === null || timestampMs === null || deadAtMicros === null) return null;
  return {
    id,
    reason,
    stage,
    detail: text(HEADER.detail) ?? null,
    group,
    deadAtMs: Math.floor(deadAtMicros / 1_000),
    truncation: truncationOf(text(HEADER.size), text(HEADER.sha256)),
    original: {
      topic,
      partition,
      offset,
      timestampMs,
      timestampType: text(HEADER.timestampType) === 'create' ? 'create' : 'append',
      key: keyOf(recorded),
      value: text(HEADER.nullValue) === 'true' ? null : recorded.value,
      headers: originalHeaders(recorded.headers),
    },
  };
}

function escaped(name: string): string {
  return name.startsWith(OURS) ? ESCAPE + name : name;
}

function originalHeaders(headers: Headers): Headers {
  const originals: [string, HeaderValue][] = [];
  for (const [name, value] of Object.entries(headers)) {
    if (name.startsWith(ESCAPE)) originals.push([name.slice(ESCAPE.length), value]);
    else if (!name.startsWith(OURS)) originals.push([name, value]);
  }
  return Object.fromEntries(originals);
}

function keyOf(recorded: RecordedEvent): Buffer | null {
  const key = Object.hasOwn(recorded.headers, HEADER.key) ? recorded.headers[HEADER.key] : undefined;
  return Buffer.isBuffer(key) ? key : recorded.key;
}

function stageOf(text: string | undefined): DeadLetterStage | null {
  return text === 'decode' || text === 'store' ? text : null;
}

function numberOf(text: string | undefined): number | null {
  return text !== undefined && /^-?\d+$/.test(text) ? Number(text) : null;
}

function truncationOf(size: string | undefined, sha256: string | undefined): Truncation | null {
  const bytes = numberOf(size);
  return bytes === null || sha256 === undefined ? null : { size: bytes, sha256 };
}
