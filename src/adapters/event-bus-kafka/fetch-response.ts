import { Decoder, decodeMessageSet, decodeRecordBatch, type RecordBatch } from './kafkajs-internals.js';
import { type KafkaRecord } from './kafka-records.js';

/** What a fetch of one partition brought. */
export interface FetchedPartition {
  readonly partition: number;
  /** 0, or an error of Kafka's protocol. */
  readonly errorCode: number;
  /** The end for readers that see all, and for those that see what is committed. */
  readonly highWatermark: number;
  readonly lastStableOffset: number;
  /** In order; aborted and control records are not among them, older ones than asked for may be. */
  readonly records: readonly KafkaRecord[];
  /** The offset after all that came, whether it is among the records or not; null where nothing came. */
  readonly next: number | null;
}

interface AbortedTransaction {
  readonly producerId: string;
  readonly firstOffset: number;
}

const MAGIC_AT = 16;
const RECORD_BATCH_MAGIC = 2;
const RECORD_BATCH_OVERHEAD = 49;
const ABORT_MARKER = 0;

/**
 * The answer to a Fetch request of versions 4 to 11. Our own reading, where kafkajs's loses batches that compaction has
 * emptied (and then asks for the same for ever) and gives the stack more records than it holds.
 */
export async function decodeFetchResponse(raw: Buffer, version: number): Promise<readonly FetchedPartition[]> {
  const decoder = new Decoder(raw);
  decoder.readInt32(); // throttle time
  const errorCode = version >= 7 ? decoder.readInt16() : 0;
  if (version >= 7) decoder.readInt32(); // session
  const partitions: FetchedPartition[] = [];
  for (let topics = decoder.readInt32(); topics > 0; topics -= 1) {
    decoder.readString();
    for (let left = decoder.readInt32(); left > 0; left -= 1) partitions.push(await decodePartition(decoder, version, errorCode));
  }
  return partitions;
}

async function decodePartition(decoder: Decoder, version: number, errorCode: number): Promise<FetchedPartition> {
  const partition = decoder.readInt32();
  const ownErrorCode = decoder.readInt16();
  const highWatermark = Number(decoder.readInt64());
  const lastStableOffset = Number(decoder.readInt64());
  if (version >= 5) decoder.readInt64(); // log start offset
  const aborted: AbortedTransaction[] = [];
  for (let left = decoder.readInt32(); left > 0; left -= 1) {
    aborted.push({ producerId: String(decoder.readInt64()), firstOffset: Number(decoder.readInt64()) });
  }
  if (version >= 11) decoder.readInt32(); // preferred replica
  const bytes = decoder.readBytes();
  return { partition, errorCode: ownErrorCode === 0 ? errorCode : ownErrorCode, highWatermark, lastStableOffset, ...(await decodeRecords(bytes, aborted)) };
}

async function decodeRecords(bytes: Buffer | null, aborted: readonly AbortedTransaction[]): Promise<Pick<FetchedPartition, 'records' | 'next'>> {
  if (bytes === null || bytes.length <= MAGIC_AT) return { records: [], next: null };
  const decoder = new Decoder(bytes);
  if (bytes.readInt8(MAGIC_AT) < RECORD_BATCH_MAGIC) {
    const records = await decodeMessageSet(decoder, bytes.length);
    const last = records.at(-1);
    return { records, next: last === undefined ? null : Number(last.offset) + 1 };
  }
  const transactions = new AbortedTransactions(aborted);
  const batches: (readonly KafkaRecord[])[] = [];
  let next: number | null = null;
  while (decoder.canReadBytes(RECORD_BATCH_OVERHEAD)) {
    const batch = await wholeBatch(decoder);
    if (batch === null) break;
    const lastOffset = Number(batch.firstOffset) + batch.lastOffsetDelta;
    if (transactions.shows(batch, lastOffset)) batches.push(batch.records);
    next = lastOffset + 1;
  }
  return { records: batches.flat(), next };
}

/** Null for the last batch of an answer that was cut off at its size. */
async function wholeBatch(decoder: Decoder): Promise<RecordBatch | null> {
  try {
    return await decodeRecordBatch(decoder);
  } catch (error) {
    if (error instanceof Object && 'name' in error && error.name === 'KafkaJSPartialMessageError') return null;
    throw error;
  }
}

/** Follows which producers are inside a transaction that was aborted, batch by batch. */
class AbortedTransactions {
  private readonly coming: AbortedTransaction[];
  private readonly producers = new Set<string>();

  constructor(aborted: readonly AbortedTransaction[]) {
    this.coming = [...aborted].sort((a, b) => a.firstOffset - b.firstOffset);
  }

  /** Whether the batch is for readers: neither control records nor part of an aborted transaction. */
  shows({ producerId, inTransaction, isControlBatch, records }: RecordBatch, lastOffset: number): boolean {
    while (this.coming[0] !== undefined && this.coming[0].firstOffset <= lastOffset) {
      this.producers.add((this.coming.shift() as AbortedTransaction).producerId);
    }
    if (isControlBatch) {
      const key = records[0]?.key;
      if (key && key.length >= 4 && key.readInt16BE(2) === ABORT_MARKER) this.producers.delete(producerId);
      return false;
    }
    return !(inTransaction && this.producers.has(producerId));
  }
}
