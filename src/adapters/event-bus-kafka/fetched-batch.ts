import { type EachBatchPayload } from 'kafkajs';
import { type RecordedEvent } from '../../domain/event-record.js';
import { type BatchLimits } from '../event-bus-shared/batch-limits.js';
import { toRecordedEvent, type KafkaRecord } from './kafka-records.js';

/** What one fetch brought of a partition. */
export interface FetchedBatch {
  readonly topic: string;
  readonly partition: number;
  /** The offset that was asked for. */
  readonly from: number;
  /** One past the last offset that came, control records and aborted transactions included. */
  readonly end: number;
  /** The records that are for us, in order. */
  readonly records: readonly KafkaRecord[];
}

/** kafkajs keeps the offset that it asked for, and leaves it out of its types. */
type Batch = EachBatchPayload['batch'] & { readonly fetchedOffset: string };

export function toFetchedBatch(batch: EachBatchPayload['batch']): FetchedBatch {
  const { topic, partition, messages } = batch;
  return { topic, partition, from: Number((batch as Batch).fetchedOffset), end: Number(batch.lastOffset()) + 1, records: messages };
}

/** The place of the first record at or after an offset. */
export function placeOf({ records }: FetchedBatch, offset: number): number {
  const place = records.findIndex((record) => Number(record.offset) >= offset);
  return place === -1 ? records.length : place;
}

/** The events from a place on, as many as may be handed over at once; never none. */
export function takeEvents({ topic, partition, records }: FetchedBatch, place: number, limits: BatchLimits): readonly RecordedEvent[] {
  const events: RecordedEvent[] = [];
  let bytes = 0;
  for (let index = place; index < records.length && events.length < limits.events; index += 1) {
    const record = records[index] as KafkaRecord;
    bytes += sizeOf(record);
    if (events.length > 0 && bytes > limits.bytes) break;
    events.push(toRecordedEvent(topic, partition, record));
  }
  return events;
}

function sizeOf({ key, value, headers }: KafkaRecord): number {
  let bytes = (key?.length ?? 0) + (value?.length ?? 0);
  for (const name in headers) bytes += name.length + ((headers as Record<string, { readonly length: number } | undefined>)[name]?.length ?? 0);
  return bytes;
}
