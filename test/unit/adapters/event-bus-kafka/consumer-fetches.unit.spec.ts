import { createRequire } from 'node:module';
import { type EachBatchPayload } from 'kafkajs';
import { decodeForConsumer, toFetchedBatch } from '../../../../src/adapters/event-bus-kafka/consumer-fetches.js';
import { batch, response, type Given } from './encoded-fetch.js';

const require = createRequire(import.meta.url);
type Batch = EachBatchPayload['batch'] & { isEmptyDueToFiltering(): boolean };
const KafkajsBatch = require('kafkajs/src/consumer/batch.js') as new (topic: string, asked: string, partition: unknown) => Batch;

/** What kafkajs's consumer makes of an answer, when it has asked for an offset. */
async function consumed(asked: number, batches: readonly Given[], aborted: { producer: number; first: number }[] = []): Promise<Batch> {
  const bytes = Buffer.concat(await Promise.all(batches.map(batch)));
  const parameters = { maxWaitTime: 0, minBytes: 1, maxBytes: 1, topics: [{ topic: 'topic', partitions: [{ partition: 3, fetchOffset: asked, maxBytes: 1 }] }] };
  const { responses } = await decodeForConsumer(response(11, bytes, { aborted }), 11, parameters);
  return new KafkajsBatch('topic', String(asked), responses[0]?.partitions[0]);
}

describe('an answer as kafkajs takes it', () => {
  it('comes to the handler whole, from the offset that was asked for, whatever else the batches hold', async () => {
    const given = await consumed(6, [{ first: 5, values: ['a', 'b', 'c'] }, { first: 8, values: ['d'], last: 4 }]);
    expect([given.messages.length, given.firstOffset(), given.lastOffset()]).toEqual([1, '6', '12']);
    const { topic, partition, from, end, records } = toFetchedBatch(given);
    expect({ topic, partition, from, end }).toEqual({ topic: 'topic', partition: 3, from: 6, end: 13 });
    expect(records.map(({ offset, value }) => `${offset}:${String(value)}`)).toEqual(['6:b', '7:c', '8:d']);
  });

  it.each<[string, readonly Given[]]>([
    ['control records', [{ first: 5, values: [''], producer: 7, transactional: true, mark: 1 }]],
    ['an aborted transaction', [{ first: 5, values: ['x'], producer: 7, transactional: true }]],
    ['a batch that compaction has emptied, at the very end of the log', [{ first: 5, values: [], last: 0 }]],
    ['records before the offset alone', [{ first: 3, values: ['a', 'b'], last: 2 }]],
  ])('passes %s without a handler, up to the offset after it', async (_, batches) => {
    const given = await consumed(5, batches, [{ producer: 7, first: 0 }]);
    expect([given.isEmptyDueToFiltering(), given.messages.length, given.firstOffset(), given.lastOffset()]).toEqual([true, 0, '5', '5']);
  });

  it('says nothing of a partition of which nothing came', async () => {
    const given = await consumed(5, []);
    expect([given.isEmpty(), given.isEmptyDueToFiltering()]).toEqual([true, false]);
  });

  it('hands on errors and the wish to be left alone', async () => {
    const throttled = response(11, Buffer.alloc(0), { errorCode: 6 });
    throttled.writeInt32BE(250, 0);
    const parameters = { maxWaitTime: 0, minBytes: 1, maxBytes: 1, topics: [] };
    expect(await decodeForConsumer(throttled, 11, parameters)).toMatchObject({ clientSideThrottleTime: 250, responses: [{ topicName: 'topic', partitions: [{ partition: 3, errorCode: 6, highWatermark: '90', messages: [] }] }] });
  });
});
