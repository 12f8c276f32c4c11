import { type RecordedEvent } from '../../domain/event-record.js';
import { HeaderTexts } from './header-texts.js';
import { toRecordedEvent } from './kafka-records.js';
import { Decoder, decodeMessageSet } from './kafkajs-internals.js';
import { readRecordBatch, type RecordBatch, type RecordSource } from './record-batch.js';

/** What a fetch of one partition brought. */
export interface FetchedPartition {
  readonly topic: string;
  readonly partition: number;
  /** 0, or an error of Kafka's protocol. */
  readonly errorCode: number;
  /** The end for readers that see all, and for those that see what is committed. */
  readonly highWatermark: number;
  readonly lastStableOffset: number;
  /** In order; aborted and control records are not among them, older ones than asked for may be. */
  readonly records: readonly RecordedEvent[];
  /** The first offset that came, shown or not; null where nothing came. */
  readonly first: number | null;
  /** The offset after all that came, whether it is among the records or not; null where nothing came. */
  readonly next: number | null;
}

export interface FetchResponse {
  /** How long the broker wants to be left alone. */
  readonly throttleMs: number;
  readonly partitions: readonly FetchedPartition[];
}

type Came = Pick<FetchedPartition, 'records' | 'first' | 'next'>;
const NOTHING_CAME: Came = { records: [], first: null, next: null };

interface AbortedTransaction {
  readonly producerId: string;
  readonly firstOffset: number;
}

const MAGIC_AT = 16;
const RECORD_BATCH_MAGIC = 2;
const ABORT_MARKER = 0;

/**
 * The answer to a Fetch request of versions 4 to 11. Our own reading, where kafkajs's loses batches that compaction has
 * emptied (and then asks for the same for ever), gives the stack more records than it holds, and takes most of the time
 * of a consumer.
 */
export async function decodeFetchResponse(raw: Buffer, version: number): Promise<FetchResponse> {
  const decoder = new Decoder(raw);
  const throttleMs = decoder.readInt32();
  const errorCode = version >= 7 ? decoder.readInt16() : 0;
  if (version >= 7) decoder.readInt32(); // session
  const partitions: FetchedPartition[] = [];
  for (let topics = decoder.readInt32(); topics > 0; topics -= 1) {
    const topic = decoder.readString() ?? '';
    for (let left = decoder.readInt32(); left > 0; left -= 1) partitions.push(await decodePartition(decoder, topic, version, errorCode));
  }
  return { throttleMs, partitions };
}

async function decodePartition(decoder: Decoder, topic: string, version: number, errorCode: number): Promise<FetchedPartition> {
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
  const came = bytes === null || bytes.length <= MAGIC_AT ? NOTHING_CAME : await decodeRecords(bytes, { topic, partition, texts: new HeaderTexts() }, aborted);
  return { topic, partition, errorCode: ownErrorCode === 0 ? errorCode : ownErrorCode, highWatermark, lastStableOffset, ...came };
}

async function decodeRecords(bytes: Buffer, source: RecordSource, aborted: readonly AbortedTransaction[]): Promise<Came> {
  if (bytes.readInt8(MAGIC_AT) < RECORD_BATCH_MAGIC) return decodeOldRecords(bytes, source);
  const transactions = new AbortedTransactions(aborted);
  const shown: (readonly RecordedEvent[])[] = [];
  let [first, next]: (number | null)[] = [null, null];
  for (let at = 0; ; ) {
    const batch = await readRecordBatch(bytes, at, source);
    if (batch === null) break;
    if (transactions.shows(batch)) shown.push(batch.records);
    first ??= batch.firstOffset;
    next = batch.lastOffset + 1;
    at = batch.end;
  }
  return { records: shown.length === 1 ? (shown[0] ?? []) : shown.flat(), first: first ?? null, next: next ?? null };
}

/** As they were before Kafka 0.11. */
async function decodeOldRecords(bytes: Buffer, { topic, partition }: RecordSource): Promise<Came> {
  const records = (await decodeMessageSet(new Decoder(bytes), bytes.length)).map((record) => toRecordedEvent(topic, partition, record));
  const [first, last] = [records[0], records.at(-1)];
  return first === undefined || last === undefined ? NOTHING_CAME : { records, first: first.offset, next: last.offset + 1 };
}

/** Follows which producers are inside a transaction that was aborted, batch by batch. */
class AbortedTransactions {
  private readonly coming: AbortedTransaction[];
  private readonly producers = new Set<string>();

  constructor(aborted: readonly AbortedTransaction[]) {
    this.coming = [...aborted].sort((a, b) => a.firstOffset - b.firstOffset);
  }

  /** Whether the batch is for readers: neither control records nor part of an aborted transaction. */
  shows({ producerId, inTransaction, isControl, lastOffset, records }: RecordBatch): boolean {
    while (this.coming[0] !== undefined && this.coming[0].firstOffset <= lastOffset) {
      this.producers.add((this.coming.shift() as AbortedTransaction).producerId);
    }
    if (isControl) {
      const key = records[0]?.key;
      if (key && key.length >= 4 && key.readInt16BE(2) === ABORT_MARKER) this.producers.delete(producerId);
      return false;
    }
    return !(inTransaction && this.producers.has(producerId));
  }
}
