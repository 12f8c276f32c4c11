import { join } from 'node:path';
import { Kafka, logLevel } from 'kafkajs';
import { SqliteFile } from '../../../src/adapters/shared/sqlite-file.js';
import { eventually } from '../../support/eventually.js';
import { realKafka } from '../../support/real-servers.js';
import { type ClusterInstallation } from './cluster-installation.js';
import { type EmbeddedInstallation } from './embedded-installation.js';

/** Sets the group back to the beginning while nobody reads for it, as Kafka's own tools do: the commit is one without a tally. */
export async function rewindKafka({ topic, group, log }: ClusterInstallation): Promise<void> {
  const partitions = (await log.offsets(topic)).map(({ partition, first }) => ({ partition, offset: String(first) }));
  const admin = new Kafka({ brokers: realKafka().brokers.split(','), logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  try {
    // The coordinator refuses as long as it takes the last member for alive.
    await eventually(() => admin.setOffsets({ groupId: group, topic, partitions }), { withinMs: 60_000, everyMs: 200 });
  } finally {
    await admin.disconnect();
  }
}

/** The embedded log has no tool for it: the group's positions are taken out of its file, as if it had never read. */
export async function rewindEmbedded({ dataDir, topic, group }: EmbeddedInstallation): Promise<void> {
  const file = SqliteFile.open(join(dataDir, 'log.db'));
  try {
    file.prepare('DELETE FROM group_partitions WHERE group_name = ? AND partition_id IN (SELECT partitions.id FROM partitions JOIN topics ON topics.id = topic_id WHERE name = ?)').run(group, topic);
  } finally {
    file.close();
  }
}
