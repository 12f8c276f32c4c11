/**
 * The bare loop from Kafka to Cassandra: the least code that does the same work with the same drivers on the same topic
 * and table. Four partitions at once; a batch of each is parsed, written in unlogged prepared batches with the event's
 * time as the write timestamp, a few in flight, and committed by hand. No framework, no checks, no tally.
 * Says `ready` once it holds its partitions, paused; goes on at the first line of its input and ends with it.
 */
import cassandra from 'cassandra-driver';
import kafkajs from 'kafkajs';
import { microsOf } from '../lib/event-time.mjs';

const { brokers, contactPoint, localDataCenter, keyspace, table, topic, group, partitions } = JSON.parse(process.argv[2]);
const ROWS = 50;
/** Batches of rows in flight, for each partition. */
const FLIGHT = 4;
/** How soon a paused consumer looks again, which at 5 s, the default, would be part of what is measured. */
const LOOK_EVERY_MS = 50;
const INSERT = `INSERT INTO ${keyspace}.${table} (id, first_name, last_name, email) VALUES (?, ?, ?, ?) USING TIMESTAMP ?`;
const UNLOGGED = { prepare: true, logged: false, isIdempotent: true, consistency: cassandra.types.consistencies.localQuorum };

const client = new cassandra.Client({ contactPoints: [contactPoint], localDataCenter });
await client.connect();
const kafka = new kafkajs.Kafka({ clientId: 'bare', brokers: brokers.split(','), logLevel: kafkajs.logLevel.ERROR });
const consumer = kafka.consumer({ groupId: group, allowAutoTopicCreation: false, maxWaitTimeInMs: LOOK_EVERY_MS });
consumer.on(consumer.events.GROUP_JOIN, () => consumer.pause([{ topic }]));
consumer.on(consumer.events.FETCH, once(() => console.log('ready')));
consumer.on(consumer.events.CRASH, () => process.exit(1));
process.stdin.once('data', () => consumer.resume([{ topic }]));
process.stdin.once('end', () => void end());

await consumer.connect();
await consumer.subscribe({ topic, fromBeginning: true });
await consumer.run({ autoCommit: false, partitionsConsumedConcurrently: partitions, eachBatch });

async function eachBatch({ batch, heartbeat }) {
  await store(batch.messages);
  await consumer.commitOffsets([{ topic, partition: batch.partition, offset: String(BigInt(batch.lastOffset()) + 1n) }]);
  await heartbeat();
}

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

function insert({ value, headers }) {
  const { first_name, last_name, email } = JSON.parse(value.toString());
  const micros = cassandra.types.Long.fromNumber(microsOf(headers.ce_time.toString()));
  return { query: INSERT, params: [headers.ce_subject.toString(), first_name, last_name, email, micros] };
}

async function end() {
  await consumer.disconnect();
  await client.shutdown();
}

function once(act) {
  let done = false;
  return () => {
    if (!done) act();
    done = true;
  };
}
