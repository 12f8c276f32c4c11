import { type EachBatchPayload } from 'kafkajs';
import { type RecordedEvent } from '../../domain/event-record.js';
import { type FetchedBatch } from './fetched-batch.js';
import { decodeFetchResponse, type FetchedPartition } from './fetch-response.js';
import { type ConsumersAnswer, type FetchParameters } from './kafkajs-internals.js';

/** What kafkajs's consumer takes for a record, and carries to our handler. */
interface Bundle {
  readonly offset: string;
  readonly isControlRecord: boolean;
  readonly records: readonly RecordedEvent[];
}

/**
 * The answer to a fetch of kafkajs's consumer, as our own reading has it. For each partition it is given two records
 * instead of thousands, each of which it would turn over several times: one that stands for the beginning and is for
 * nobody, and one at the last offset that came, which brings along those that are for us; where there are none, it
 * counts as a control record, and the consumer passes it without a handler.
 */
export async function decodeForConsumer(raw: Buffer, version: number, asked: FetchParameters): Promise<ConsumersAnswer> {
  const { throttleMs, partitions } = await decodeFetchResponse(raw, version);
  const responses = partitions.map((one) => ({
    topicName: one.topic,
    partitions: [{ partition: one.partition, errorCode: one.errorCode, highWatermark: String(one.highWatermark), messages: bundled(one, offsetAsked(asked, one)) }],
  }));
  return { clientSideThrottleTime: throttleMs, responses };
}

function bundled({ first, next, records }: FetchedPartition, asked: number): readonly Bundle[] {
  if (first === null || next === null) return [];
  const beginning = { offset: String(Math.max(first, asked)), isControlRecord: true, records: [] };
  // Whole batches come, so that the first records may lie before what was asked for.
  const wanted = (records[0]?.offset ?? asked) < asked ? records.filter(({ offset }) => offset >= asked) : records;
  return [beginning, { offset: String(next - 1), isControlRecord: wanted.length === 0, records: wanted }];
}

function offsetAsked({ topics }: FetchParameters, { topic, partition }: FetchedPartition): number {
  const asked = topics.filter((one) => one.topic === topic).flatMap(({ partitions }) => partitions);
  return Number(asked.find((one) => one.partition === partition)?.fetchOffset ?? 0);
}

/** kafkajs keeps the offset that it asked for, and leaves it out of its types. */
type Batch = EachBatchPayload['batch'] & { readonly fetchedOffset: string };

/** What a handler of kafkajs's was given, of an answer that was read here. */
export function toFetchedBatch(batch: EachBatchPayload['batch']): FetchedBatch {
  const { topic, partition, messages } = batch;
  const records = (messages as readonly unknown[] as readonly Bundle[]).flatMap((bundle) => bundle.records);
  return { topic, partition, from: Number((batch as Batch).fetchedOffset), end: Number(batch.lastOffset()) + 1, records };
}
