import { type RecordedEvent } from '../../domain/event-record.js';
import { type HeaderTexts } from './header-texts.js';
import { codecOf } from './kafkajs-internals.js';
import { LogRecord, type BatchOfRecords } from './log-record.js';

/** Where the records come from, and what reads their headers. */
export interface RecordSource {
  readonly topic: string;
  readonly partition: number;
  readonly texts: HeaderTexts;
}

/** A batch as the broker keeps it. */
export interface RecordBatch {
  readonly firstOffset: number;
  /** The last that it ever had: compaction may have removed the record, not the place. */
  readonly lastOffset: number;
  readonly producerId: string;
  readonly inTransaction: boolean;
  readonly isControl: boolean;
  readonly records: readonly RecordedEvent[];
  /** The place after the batch. */
  readonly end: number;
}

const LENGTH_AT = 8;
const AFTER_LENGTH = 12;
const ATTRIBUTES_AT = 21;
const LAST_OFFSET_AT = 23;
const FIRST_TIMESTAMP_AT = 27;
const LAST_TIMESTAMP_AT = 35;
const PRODUCER_AT = 43;
const COUNT_AT = 57;
const RECORDS_AT = 61;
const [APPEND_TIME, TRANSACTIONAL, CONTROL] = [0x08, 0x10, 0x20];

/** The batch at a place of an answer; null for the last one of it, if it was cut off at the answer's size. */
export async function readRecordBatch(bytes: Buffer, at: number, source: RecordSource): Promise<RecordBatch | null> {
  if (at + RECORDS_AT > bytes.length) return null;
  const end = at + AFTER_LENGTH + bytes.readInt32BE(at + LENGTH_AT);
  if (end > bytes.length) return null;
  const attributes = bytes.readInt16BE(at + ATTRIBUTES_AT);
  const firstOffset = longAt(bytes, at);
  const lies = bytes.subarray(at + RECORDS_AT, end);
  const codec = codecOf(attributes);
  const batch: BatchOfRecords = {
    topic: source.topic,
    partition: source.partition,
    texts: source.texts,
    bytes: codec === null || lies.length === 0 ? lies : await codec.decompress(lies),
    firstOffset,
    firstTimestampMs: longAt(bytes, at + FIRST_TIMESTAMP_AT),
    appendedAtMs: (attributes & APPEND_TIME) === 0 ? null : longAt(bytes, at + LAST_TIMESTAMP_AT),
  };
  return {
    firstOffset,
    lastOffset: firstOffset + bytes.readInt32BE(at + LAST_OFFSET_AT),
    producerId: String(bytes.readBigInt64BE(at + PRODUCER_AT)),
    inTransaction: (attributes & TRANSACTIONAL) !== 0,
    isControl: (attributes & CONTROL) !== 0,
    records: recordsOf(batch, bytes.readInt32BE(at + COUNT_AT)),
    end,
  };
}

function recordsOf(batch: BatchOfRecords, count: number): readonly RecordedEvent[] {
  const records: RecordedEvent[] = [];
  for (let place = 0; records.length < count; ) {
    const record = LogRecord.at(batch, place);
    records.push(record);
    place = record.end;
  }
  return records;
}

/** Exact up to 2^53, as offsets and times are. */
function longAt(bytes: Buffer, at: number): number {
  return bytes.readInt32BE(at) * 2 ** 32 + bytes.readUInt32BE(at + 4);
}
