import { Kafka, logLevel } from 'kafkajs';
import { poisonOn } from './poison.js';
import { ClusterInstallation, sharedServers } from './support/cluster-installation.js';
import { ForeignProducer } from './support/foreign-producer.js';
import { person, type Poison } from './support/poison.js';

const PARTITIONS = 4;
const DAY_MS = 86_400_000;

/** What only the table refuses is asked of the table itself: test/integration/user-repository-cassandra/saving.servers.spec.ts. */
poisonOn('Kafka and Cassandra', {
  async open() {
    const { brokers } = sharedServers();
    const installation = await ClusterInstallation.open();
    await installation.makeTopic(PARTITIONS);
    await keepProducersTime(brokers, installation.topic);
    const producer = await ForeignProducer.open(brokers, installation.topic, PARTITIONS);
    return {
      installation,
      send: (messages) => producer.send(messages),
      async close() {
        await producer.close();
        await installation.close();
      },
    };
  },
  more: () => [
    ...[null, 'key'].map((key): Poison => ({ kind: 'no value', reason: 'value.empty', stage: 'decode', key, value: null, headers: {} })),
    ...[Date.UTC(1999, 11, 31), Date.now() + 2 * DAY_MS].map((timestampMs): Poison => ({ kind: 'time', reason: 'time.out-of-range', stage: 'decode', key: null, value: Buffer.from(person()), headers: {}, timestampMs })),
  ],
});

/** As on a topic that somebody else made: nothing else would let a record have a time that cannot be true. */
async function keepProducersTime(brokers: string, topic: string): Promise<void> {
  const admin = new Kafka({ brokers: brokers.split(','), logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  try {
    const configEntries = Object.entries({ 'message.timestamp.type': 'CreateTime', 'message.timestamp.after.max.ms': '9223372036854775807', 'retention.ms': '-1', 'max.message.bytes': '1049600' }).map(([name, value]) => ({ name, value }));
    // 2: a topic, in Kafka's protocol.
    await admin.alterConfigs({ validateOnly: false, resources: [{ type: 2, name: topic, configEntries }] });
  } finally {
    await admin.disconnect();
  }
}
