import { type Headers, type HeaderValue, type OutgoingEvent, type RecordedEvent } from '../../domain/event-record.js';

/** An event as it is written: the columns of its row, but for id and timestamp. */
export interface EventRow {
  readonly key: Buffer | null;
  readonly value: Buffer;
  readonly headers: string;
  /** What it takes in the file, its row's own overhead aside. */
  readonly bytes: number;
}

/** An event as it is read. Key and value come as one piece, because each piece of bytes costs the driver as much as three numbers. */
export type StoredRow = [id: number, timestamp: number, keyLength: number | null, keyAndValue: Uint8Array, headers: string];

/** The columns of a StoredRow. */
export const STORED_ROW = "id, timestamp, octet_length(key), CAST(coalesce(key, x'') || value AS BLOB), headers";

/** A header's value that JSON cannot hold as it is. */
type StoredHeaderValue = string | { readonly base64: string };

export function toRow(event: OutgoingEvent): EventRow {
  const headers = encodeHeaders(event.headers);
  const key = event.key === null ? null : Buffer.from(event.key);
  return { key, value: event.value, headers, bytes: (key?.length ?? 0) + event.value.length + Buffer.byteLength(headers) };
}

/** `base` is the id of the partition's offset 0. */
export function toRecordedEvent(topic: string, partition: number, base: number, [id, timestampMs, keyLength, bytes, headers]: StoredRow): RecordedEvent {
  const { buffer, byteOffset, byteLength } = bytes;
  const valueAt = keyLength ?? 0;
  return {
    topic,
    partition,
    offset: id - base,
    timestampMs,
    timestampType: 'append',
    key: keyLength === null ? null : Buffer.from(buffer, byteOffset, keyLength),
    value: Buffer.from(buffer, byteOffset + valueAt, byteLength - valueAt),
    headers: decodeHeaders(headers),
  };
}

/** The size that a topic's limit speaks of: key, value, and the names and values of the headers. */
export function sizeOf(event: OutgoingEvent): number {
  let size = event.value.length + (event.key === null ? 0 : Buffer.byteLength(event.key));
  for (const [name, value] of Object.entries(event.headers)) {
    for (const one of listOf(value)) size += Buffer.byteLength(name) + Buffer.byteLength(one);
  }
  return size;
}

/** An object of texts as JSON; headers with bytes or repeated names, which are rare, as a list of names with their values. */
function encodeHeaders(headers: Headers): string {
  if (Object.values(headers).every((value) => typeof value === 'string')) return JSON.stringify(headers);
  return JSON.stringify(Object.entries(headers).map(([name, value]) => [name, Array.isArray(value), listOf(value).map(toStored)]));
}

function decodeHeaders(stored: string): Headers {
  if (stored.startsWith('{')) return JSON.parse(stored) as Record<string, string>;
  const entries = JSON.parse(stored) as [name: string, repeated: boolean, values: StoredHeaderValue[]][];
  return Object.fromEntries(entries.map(([name, repeated, values]) => [name, repeated ? values.map(fromStored) : fromStored(values[0] ?? '')]));
}

function listOf(value: HeaderValue): readonly (string | Buffer)[] {
  return typeof value === 'string' || Buffer.isBuffer(value) ? [value] : value;
}

function toStored(value: string | Buffer): StoredHeaderValue {
  return typeof value === 'string' ? value : { base64: value.toString('base64') };
}

function fromStored(value: StoredHeaderValue): string | Buffer {
  return typeof value === 'string' ? value : Buffer.from(value.base64, 'base64');
}
