/** Publishes `count` events of as many people to a topic; prints some of them, by which a table can be checked. */
import kafkajs from 'kafkajs';
import { microsOf } from '../lib/event-time.mjs';
import { outgoingEvents } from '../lib/events.mjs';

const { brokers, topic, count } = JSON.parse(process.argv[2]);
const BATCH = 2_000;
const client = new kafkajs.Kafka({ clientId: 'userstream-bench', brokers: brokers.split(','), logLevel: kafkajs.logLevel.ERROR });
const producer = client.producer({ allowAutoTopicCreation: false, createPartitioner: kafkajs.Partitioners.DefaultPartitioner });
await producer.connect();
const samples = [];
for (let from = 0; from < count; from += BATCH) {
  const messages = await outgoingEvents(from, Math.min(BATCH, count - from));
  await producer.send({ topic, acks: -1, messages });
  const [{ key, value, headers }] = messages;
  samples.push({ id: key, fields: JSON.parse(value.toString()), micros: microsOf(headers.ce_time) });
}
await producer.disconnect();
console.log(JSON.stringify({ count, samples }));
