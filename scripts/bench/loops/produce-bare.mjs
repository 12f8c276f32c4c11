/** The bare loop of publishing to Kafka: kafkajs' producer sends the same bytes, acknowledged by all replicas in sync, a batch at a time. */
import kafkajs from 'kafkajs';
import { outgoingEvents } from '../lib/events.mjs';
import { publishLoop } from '../lib/publish-loop.mjs';

const { log: { brokers }, topic, count, warmUp, batch } = JSON.parse(process.argv[2]);
const events = await outgoingEvents(0, warmUp + count);
const kafka = new kafkajs.Kafka({ clientId: 'bare', brokers: brokers.split(','), logLevel: kafkajs.logLevel.ERROR });
const producer = kafka.producer({ allowAutoTopicCreation: false, createPartitioner: kafkajs.Partitioners.DefaultPartitioner });
await producer.connect();
const measured = await publishLoop({ warmUp, batch }, events, (messages) => producer.send({ topic, acks: -1, messages }));
await producer.disconnect();
console.log(JSON.stringify(measured));
