import { type RecordedEvent } from '../../domain/event-record.js';
import { type BatchLimits } from '../event-bus-shared/batch-limits.js';
import { LogRecord } from './log-record.js';

/** What one fetch brought of a partition. */
export interface FetchedBatch {
  readonly topic: string;
  readonly partition: number;
  /** The offset that was asked for. */
  readonly from: number;
  /** One past the last offset that came, control records and aborted transactions included. */
  readonly end: number;
  /** The records that are for us, in order. */
  readonly records: readonly RecordedEvent[];
}

/** The place of the first record at or after an offset. */
export function placeOf({ records }: FetchedBatch, offset: number): number {
  const place = records.findIndex((record) => record.offset >= offset);
  return place === -1 ? records.length : place;
}

/** The events from a place on, as many as may be handed over at once; never none. */
export function takeEvents({ records }: FetchedBatch, place: number, limits: BatchLimits): readonly RecordedEvent[] {
  let bytes = 0;
  let end = place;
  for (; end < records.length && end - place < limits.events; end += 1) {
    bytes += sizeOf(records[end] as RecordedEvent);
    if (end > place && bytes > limits.bytes) break;
  }
  return records.slice(place, end);
}

function sizeOf(record: RecordedEvent): number {
  if (record instanceof LogRecord) return record.size;
  return (record.key?.length ?? 0) + (record.value?.length ?? 0);
}
