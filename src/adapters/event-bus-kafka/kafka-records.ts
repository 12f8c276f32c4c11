import { isUtf8 } from 'node:buffer';
import { type Message } from 'kafkajs';
import { type Headers, type HeaderValue, type OutgoingEvent, type RecordedEvent } from '../../domain/event-record.js';

/** A record as kafkajs hands it over, with what its types leave out. */
export interface KafkaRecord {
  readonly offset: string;
  /** Milliseconds since 1970. */
  readonly timestamp: string;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers?: object | undefined;
  /** Of the batch that the record came in; message formats before Kafka 0.11 have none. */
  readonly batchContext?: { readonly timestampType: number };
}

const LOG_APPEND_TIME = 1;
const NO_HEADERS: Headers = {};

/** A record as the port shows it. */
export function toRecordedEvent(topic: string, partition: number, record: KafkaRecord): RecordedEvent {
  return {
    topic,
    partition,
    offset: Number(record.offset),
    timestampMs: Number(record.timestamp),
    timestampType: record.batchContext?.timestampType === LOG_APPEND_TIME ? 'append' : 'create',
    key: record.key,
    value: record.value,
    headers: toHeaders(record.headers),
  };
}

/** An event as kafkajs takes it, for a partition. */
export function toMessage({ key, value, headers }: OutgoingEvent, partition: number, timestamp: string): Message {
  return { key: key === null ? null : Buffer.from(key), value, headers: headers as NonNullable<Message['headers']>, partition, timestamp };
}

function toHeaders(given: object | undefined): Headers {
  if (given === undefined) return NO_HEADERS;
  const headers: Record<string, HeaderValue> = {};
  for (const name of Object.keys(given)) {
    const value = toHeaderValue((given as Record<string, unknown>)[name]);
    if (name === '__proto__') Object.defineProperty(headers, name, { value, enumerable: true, configurable: true, writable: true });
    else headers[name] = value;
  }
  return headers;
}

/**
 * kafkajs collects repeated headers in a list, and takes a name that every object has, such as `constructor`, for a
 * repeated one: what is no bytes in such a list was never on the log. A header without a value is an empty text.
 */
function toHeaderValue(given: unknown): HeaderValue {
  if (!Array.isArray(given)) return toText(given);
  const values = given.filter((one) => one === null || Buffer.isBuffer(one)).map(toText);
  return values.length === 1 ? (values[0] ?? '') : values;
}

function toText(given: unknown): string | Buffer {
  if (!Buffer.isBuffer(given)) return '';
  return isUtf8(given) ? given.toString() : given;
}
