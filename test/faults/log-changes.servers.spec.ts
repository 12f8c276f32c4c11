import { eventually } from '../support/eventually.js';
import { KafkaBus } from '../support/kafka-bus.js';
import { logChangesOn, type LogTools } from './log-changes.js';
import { ClusterInstallation } from './support/cluster-installation.js';

logChangesOn('Kafka and Cassandra', async () => {
  const installation = await ClusterInstallation.open();
  return { installation, tools: await toolsFor(installation) };
});

async function toolsFor(installation: ClusterInstallation): Promise<LogTools> {
  const { topic } = installation;
  const bus = await KafkaBus.open();
  const admin = bus.client.kafka.admin();
  await admin.connect();
  return {
    /** What retention does, at a moment of ours: `kafka-delete-records`. */
    async removeSomeUnread({ offsets, committed }, dice) {
      const partitions = offsets.map(({ partition, end }) => {
        const from = committed.find((one) => one.partition === partition)?.offset ?? 0;
        return { partition, offset: String(dice.between(from, end)) };
      });
      await admin.fetchTopicOffsets(topic);
      await admin.deleteTopicRecords({ topic, partitions });
    },
    async replace() {
      await admin.deleteTopics({ topics: [topic] });
      await eventually(async () => expect(await admin.listTopics()).not.toContain(topic), { withinMs: 30_000, everyMs: 50 });
      await eventually(() => installation.makeTopic(), { withinMs: 30_000, everyMs: 200 });
    },
    keepsCommits: false,
    async close() {
      await admin.disconnect();
      await bus.close();
    },
  };
}
