import kafkajs from 'kafkajs';

export interface PartitionReplicas {
  readonly topic: string;
  readonly partition: number;
  /** The broker that leads it; -1 for none. */
  readonly leader: number;
  readonly replicas: readonly number[];
  readonly inSync: readonly number[];
}

/** Every partition of every topic, internal ones too, as a cluster sees them now. */
export async function partitionsOf(brokers: string): Promise<readonly PartitionReplicas[]> {
  const client = new kafkajs.Kafka({ brokers: brokers.split(','), logLevel: kafkajs.logLevel.NOTHING, connectionTimeout: 2_000, requestTimeout: 10_000, enforceRequestTimeout: true, retry: { retries: 5 } });
  const admin = client.admin();
  await admin.connect();
  try {
    const { topics } = await admin.fetchTopicMetadata();
    return topics.flatMap(({ name, partitions }) => partitions.map(({ partitionId, leader, replicas, isr }) => ({ topic: name, partition: partitionId, leader, replicas, inSync: isr })));
  } finally {
    await admin.disconnect();
  }
}
