import { type HeaderValue, type OutgoingEvent } from '../../domain/event-record.js';

/** What a batch has besides its records; `max.message.bytes` of a topic speaks of whole batches. */
export const BATCH_OVERHEAD_BYTES = 61;

/** The most that a record's place in its batch takes beyond what it takes as the first one. */
const LATER_PLACE_BYTES = 4;

/** The bytes of a batch of this event alone, which Kafka compares with the topic's limit. */
export function loneBatchBytes(event: OutgoingEvent): number {
  return BATCH_OVERHEAD_BYTES + recordBytes(event);
}

/** The most that an event adds to a batch of others. */
export function addedBytes(event: OutgoingEvent): number {
  return recordBytes(event) + LATER_PLACE_BYTES;
}

/** The size that a topic's limit speaks of in the port: key, value, and the names and values of the headers. */
export function eventBytes({ key, value, headers }: OutgoingEvent): number {
  let bytes = value.length + (key === null ? 0 : Buffer.byteLength(key));
  for (const [name, given] of Object.entries(headers)) {
    for (const one of listOf(given)) bytes += Buffer.byteLength(name) + Buffer.byteLength(one);
  }
  return bytes;
}

/** Attributes, timestamp and place take a byte each; lengths are varints. */
function recordBytes({ key, value, headers }: OutgoingEvent): number {
  let body = 3 + (key === null ? 1 : withLength(Buffer.byteLength(key))) + withLength(value.length);
  let count = 0;
  for (const [name, given] of Object.entries(headers)) {
    for (const one of listOf(given)) {
      body += withLength(Buffer.byteLength(name)) + withLength(Buffer.byteLength(one));
      count += 1;
    }
  }
  body += varintBytes(count);
  return withLength(body);
}

function withLength(bytes: number): number {
  return varintBytes(bytes) + bytes;
}

/** Of a number from 0 on in Kafka's zigzag: seven bits a byte, one of them lost to the sign. */
function varintBytes(value: number): number {
  let bytes = 1;
  for (let limit = 64; value >= limit; limit *= 128) bytes += 1;
  return bytes;
}

function listOf(value: HeaderValue): readonly (string | Buffer)[] {
  return typeof value === 'string' || Buffer.isBuffer(value) ? [value] : value;
}
