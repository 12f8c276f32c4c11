/** What the bare loop and the naive loop from Kafka to Cassandra share: how they join, wait, begin and end. */
import cassandra from 'cassandra-driver';
import kafkajs from 'kafkajs';
import { microsOf } from './event-time.mjs';

/** How soon a paused consumer looks again, which at 5 s, the default, would be part of what is measured. */
const LOOK_EVERY_MS = 50;

/** How both write: as the app does. */
export const PREPARED = { prepare: true, isIdempotent: true, consistency: cassandra.types.consistencies.localQuorum };

/** A client of the node at `contactPoint`, connected. */
export async function connectCassandra({ contactPoint, localDataCenter }) {
  const client = new cassandra.Client({ contactPoints: [contactPoint], localDataCenter });
  await client.connect();
  return client;
}

/**
 * Consumes `topic` with `settings` for kafkajs' `run`, made by `settingsFor(consumer)`. Says `ready` once it holds its
 * partitions, paused; goes on at the first line of its input and ends with it, and `client` too.
 */
export async function consume({ brokers, topic, group }, client, settingsFor) {
  const kafka = new kafkajs.Kafka({ clientId: 'bare', brokers: brokers.split(','), logLevel: kafkajs.logLevel.ERROR });
  const consumer = kafka.consumer({ groupId: group, allowAutoTopicCreation: false, maxWaitTimeInMs: LOOK_EVERY_MS });
  let isReady = false;
  consumer.on(consumer.events.GROUP_JOIN, () => consumer.pause([{ topic }]));
  consumer.on(consumer.events.FETCH, () => {
    if (!isReady) console.log('ready');
    isReady = true;
  });
  consumer.on(consumer.events.CRASH, () => process.exit(1));
  process.stdin.once('data', () => consumer.resume([{ topic }]));
  process.stdin.once('end', () => void consumer.disconnect().then(() => client.shutdown()));
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  await consumer.run(settingsFor(consumer));
}

/** One prepared insert of a row, and its parameters from a message; the event's time is the write timestamp. */
export function inserting({ keyspace, table }) {
  const query = `INSERT INTO ${keyspace}.${table} (id, first_name, last_name, email) VALUES (?, ?, ?, ?) USING TIMESTAMP ?`;
  return ({ value, headers }) => {
    const { first_name, last_name, email } = JSON.parse(value.toString());
    const micros = cassandra.types.Long.fromNumber(microsOf(headers.ce_time.toString()));
    return { query, params: [headers.ce_subject.toString(), first_name, last_name, email, micros] };
  };
}
