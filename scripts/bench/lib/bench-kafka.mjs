import kafkajs from 'kafkajs';

/** The topics and groups of one run of the benchmark, whose names all begin with `tag`, and what is asked of the brokers from outside. */
export class BenchKafka {
  #admin;
  #tag;

  constructor({ brokers }, tag) {
    this.#tag = tag;
    this.#admin = new kafkajs.Kafka({ clientId: tag, brokers: brokers.split(','), logLevel: kafkajs.logLevel.NOTHING }).admin();
  }

  async open() {
    await this.#admin.connect();
    return this;
  }

  /** A topic as the app makes it. */
  async createTopic(topic, numPartitions) {
    const configEntries = [{ name: 'message.timestamp.type', value: 'LogAppendTime' }];
    await this.#admin.createTopics({ topics: [{ topic, numPartitions, configEntries }] });
  }

  deleteTopic(topic) {
    return this.#admin.deleteTopics({ topics: [topic] });
  }

  /** By partition, the offset after its last event. */
  async ends(topic) {
    return byPartition(await this.#admin.fetchTopicOffsets(topic));
  }

  /** By partition, the group's committed offset; -1 for none. */
  async committed(groupId, topic) {
    const [{ partitions }] = await this.#admin.fetchOffsets({ groupId, topics: [topic] });
    return byPartition(partitions);
  }

  /** The servers may be somebody's: nothing of ours stays. */
  async close() {
    const ours = (name) => name.startsWith(this.#tag);
    const topics = (await this.#admin.listTopics()).filter(ours);
    if (topics.length > 0) await this.#admin.deleteTopics({ topics });
    const groups = (await this.#admin.listGroups()).groups.map(({ groupId }) => groupId).filter(ours);
    if (groups.length > 0) await this.#admin.deleteGroups(groups);
    await this.#admin.disconnect();
  }
}

function byPartition(partitions) {
  return new Map(partitions.map(({ partition, offset }) => [partition, Number(offset)]));
}
