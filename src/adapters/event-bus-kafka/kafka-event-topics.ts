import { Logger } from '@nestjs/common';
import { TopicMisconfiguredError } from '../../ports/event-bus.errors.js';
import { EventTopics, type TopicSpec } from '../../ports/event-topics.port.js';
import { BusNotPermittedError } from './kafka-access.errors.js';
import { type KafkaClient } from './kafka-client.js';
import { asBusError } from './kafka-errors.js';
import { KafkaFetcher, LATEST } from './kafka-fetcher.js';
import { type PartitionMetadata } from './kafkajs-internals.js';
import { topicSettings } from './topic-catalog.js';
import { differences, neededSettings, settingsOf } from './topic-settings.js';

/** Topics of the cluster, made with explicit settings. */
export class KafkaEventTopics extends EventTopics {
  private readonly logger = new Logger('Kafka');
  private readonly fetcher: KafkaFetcher;
  private readonly unreplicated = new Set<string>();

  constructor(private readonly client: KafkaClient) {
    super();
    this.fetcher = new KafkaFetcher(client);
  }

  /** @throws BusAccessError - the cluster does not let us in, or not make topics; a person has to mend it. */
  async ensure(specs: readonly TopicSpec[]): Promise<void> {
    for (const spec of specs) {
      const partitions = await this.client.tracking(`ensure ${spec.name}`, () => this.ensureOne(spec));
      this.nameSingleReplicas(spec.name, partitions);
    }
  }

  private async ensureOne(spec: TopicSpec): Promise<readonly PartitionMetadata[]> {
    const found = (await this.fetcher.partitionsIfAny(spec.name)) ?? (await this.make(spec));
    this.client.sightings.saw(spec.name);
    await this.leadersServe(spec.name);
    if (spec.whenItExists === 'exact') await this.refuseDifferences(spec, found.length);
    return found;
  }

  /** Another process may be quicker: Kafka makes it once, and says so to the other. */
  private async make(spec: TopicSpec): Promise<readonly PartitionMetadata[]> {
    const configEntries = Object.entries(settingsOf(spec)).map(([name, value]) => ({ name, value }));
    const topics = [{ topic: spec.name, numPartitions: spec.partitions, replicationFactor: this.client.options.replication, configEntries }];
    try {
      // kafkajs's own waiting for leaders gives up where a broker has not yet heard of the topic.
      await this.client.withAdmin(`make ${spec.name}`, (admin) => admin.createTopics({ topics, waitForLeaders: false }));
    } catch (error) {
      throw this.withCommand(asBusError(error, { topic: spec.name }), spec);
    }
    this.client.sightings.saw(spec.name);
    return this.fetcher.partitions(spec.name);
  }

  /**
   * A leader is named a moment before it serves, also of a topic that another process is just making: what is published
   * in that moment is refused for some partitions, and goes to the others twice.
   */
  private async leadersServe(name: string): Promise<void> {
    await this.fetcher.offsets(name, LATEST);
  }

  private async refuseDifferences(spec: TopicSpec, partitions: number): Promise<void> {
    const needed = neededSettings(spec);
    const wrong = differences(await topicSettings(this.client, spec.name, Object.keys(needed)), needed);
    const wrongPartitions = partitions === spec.partitions ? [] : [`partitions is ${partitions} and must be ${spec.partitions}`];
    if (wrong.length + wrongPartitions.length === 0) return;
    throw new TopicMisconfiguredError(`topic ${spec.name}: ${[...wrongPartitions, ...wrong].join(', ')}`, {
      remedy: this.remedyOf(spec, partitions, wrong.length > 0),
    });
  }

  /** Of a topic that has to go, the settings do not matter any more. */
  private remedyOf(spec: TopicSpec, partitions: number, wrongSettings: boolean): string {
    if (partitions > spec.partitions) return this.partitionsRemedy(spec, partitions);
    return [...(partitions < spec.partitions ? [this.partitionsRemedy(spec, partitions)] : []), ...(wrongSettings ? [this.settingsRemedy(spec)] : [])].join('; ');
  }

  private settingsRemedy({ name, ...spec }: TopicSpec): string {
    const settings = Object.entries(neededSettings({ name, ...spec })).map(([setting, value]) => `${setting}=${value}`);
    return `run: kafka-configs.sh --bootstrap-server ${this.bootstrap} --alter --entity-type topics --entity-name ${name} --add-config ${settings.join(',')}`;
  }

  private partitionsRemedy({ name, partitions: needed }: TopicSpec, found: number): string {
    const topics = `kafka-topics.sh --bootstrap-server ${this.bootstrap}`;
    if (found < needed) return `run: ${topics} --alter --topic ${name} --partitions ${needed}`;
    return `partitions cannot be taken away: use another name (PIPELINE_NAME, USERS_TOPIC), or, where the topic holds nothing of worth, run: ${topics} --delete --topic ${name}`;
  }

  /** Who may not make topics can ask somebody who may. */
  private withCommand(error: unknown, spec: TopicSpec): unknown {
    const settings = Object.entries(settingsOf(spec)).map(([name, value]) => `--config ${name}=${value}`);
    const command = `kafka-topics.sh --bootstrap-server ${this.bootstrap} --create --topic ${spec.name} --partitions ${spec.partitions} ${settings.join(' ')}`;
    if (error instanceof BusNotPermittedError) return new BusNotPermittedError(`topic ${spec.name} is missing, and Kafka does not permit this user to make it`, { cause: error.cause, remedy: `run: ${command}` });
    if (error instanceof TopicMisconfiguredError) return new TopicMisconfiguredError(error.message, { cause: error.cause, remedy: `make it with settings that the cluster allows: ${command}` });
    return error;
  }

  /** With one replica an acknowledged event is as durable as one disk: worth a line, once. */
  private nameSingleReplicas(name: string, partitions: readonly PartitionMetadata[]): void {
    if (this.unreplicated.has(name) || !partitions.some(({ replicas }) => replicas.length < 2)) return;
    this.unreplicated.add(name);
    this.logger.warn(`topic ${name} has one replica: what it holds is lost with that broker's disk. TOPIC_REPLICATION counts for topics that are yet to be made`);
  }

  private get bootstrap(): string {
    return this.client.options.brokers.join(',');
  }
}
