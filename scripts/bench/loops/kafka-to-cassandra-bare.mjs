/**
 * The bare loop from Kafka to Cassandra: the least code that does the same work with the same drivers on the same topic
 * and table. All partitions at once; a batch of each is parsed, written in unlogged prepared batches with the event's
 * time as the write timestamp, a few in flight, and committed by hand. No framework, no checks, no tally.
 */
import { connectCassandra, consume, inserting, PREPARED } from '../lib/consume-loop.mjs';

const options = JSON.parse(process.argv[2]);
const { topic, partitions } = options;
const ROWS = 50;
/** Batches of rows in flight, for each partition. */
const FLIGHT = 4;
const UNLOGGED = { ...PREPARED, logged: false };

const client = await connectCassandra(options);
const insert = inserting(options);
await consume(options, client, (consumer) => ({
  autoCommit: false,
  partitionsConsumedConcurrently: partitions,
  async eachBatch({ batch, heartbeat }) {
    await store(batch.messages);
    await consumer.commitOffsets([{ topic, partition: batch.partition, offset: String(BigInt(batch.lastOffset()) + 1n) }]);
    await heartbeat();
  },
}));

async function store(messages) {
  let next = 0;
  const sendTheRest = async () => {
    while (next < messages.length) {
      const from = next;
      next += ROWS;
      await client.batch(messages.slice(from, next).map(insert), UNLOGGED);
    }
  };
  await Promise.all(Array.from({ length: FLIGHT }, sendTheRest));
}
