import { type KafkaConfig } from 'kafkajs';
import { type Clock } from '../../ports/clock.port.js';
import { BusUnavailableError, UnknownTopicError } from '../../ports/event-bus.errors.js';
import { Backoff } from '../shared/backoff.js';
import { decodeFetchResponse, type FetchedPartition } from './fetch-response.js';
import { asBusError, isNoSuchTopic } from './kafka-errors.js';
import { KafkaSockets } from './kafka-sockets.js';
import { Cluster, fetchRequests, type Broker, type FetchParameters, type PartitionMetadata, type RequestDefinition } from './kafkajs-internals.js';
import { protocolError } from './protocol-errors.js';
import { type TopicSightings } from './topic-sightings.js';

/** What a fetcher needs of a client. */
export interface FetcherContext {
  readonly clock: Clock;
  readonly closed: AbortSignal;
  readonly sightings: Pick<TopicSightings, 'patienceMs'>;
  config(sockets: KafkaSockets): KafkaConfig;
  readonly kafka: { logger(): ReturnType<import('kafkajs').Kafka['logger']> };
}

export interface FetchRequest {
  readonly topic: string;
  readonly partition: number;
  readonly from: number;
  /** The first batch comes whole, whatever its size. */
  readonly maxBytes: number;
  /** How long the broker waits for a first byte. */
  readonly maxWaitMs: number;
}

/** `out-of-range`: the partition does not hold that offset. */
export type Fetched = FetchedPartition | 'out-of-range';

/** Offsets by time, as ListOffsets takes them. */
export const EARLIEST = -2;
export const LATEST = -1;

const FETCH_API = 1;
const OUT_OF_RANGE = 1;
const LEADERS_KNOWN_FOR_MS = 5_000;

/** A leader that moves is found within this time. */
const PATIENCE_MS = 5_000;
const BACKOFF = { baseMs: 40, maxMs: 500 };

/**
 * Reads without a group, on connections of its own. A broker answers the requests of a connection in order: who waits
 * for news takes a fetcher of its own.
 */
export class KafkaFetcher {
  private readonly sockets = new KafkaSockets();
  private readonly cluster: Cluster;
  private readonly leaders = new Map<string, { readonly partitions: readonly PartitionMetadata[]; readonly until: number }>();
  private asking: Promise<unknown> = Promise.resolve();
  private readonly follow = () => this.cut(this.context.closed.reason as Error);

  constructor(private readonly context: FetcherContext) {
    this.cluster = new Cluster({ ...context.config(this.sockets), logger: context.kafka.logger(), allowAutoTopicCreation: false });
    context.closed.addEventListener('abort', this.follow, { once: true });
  }

  /**
   * The partitions of a topic, in order.
   * @throws UnknownTopicError, BusUnavailableError, BusAccessError - as all methods here.
   */
  async partitions(topic: string): Promise<readonly PartitionMetadata[]> {
    return this.patiently(topic, () => this.metadata(topic));
  }

  /** The same, and null where there is no such topic: asked once, since it may well be that nobody made it yet. */
  async partitionsIfAny(topic: string): Promise<readonly PartitionMetadata[] | null> {
    this.leaders.delete(topic);
    return this.patiently(topic, () => this.metadata(topic).catch((error: unknown) => (isNoSuchTopic(error) ? null : Promise.reject(error as Error))));
  }

  /** The offset of each partition at a time: its first event at or after it, -1 where there is none; or EARLIEST, or LATEST. */
  async offsets(topic: string, timestamp: number, only?: number): Promise<ReadonlyMap<number, number>> {
    return this.patiently(topic, async () => {
      const byLeader = new Map<number, { partition: number; timestamp: number }[]>();
      for (const { partitionId, leader } of await this.metadata(topic)) {
        if (only === undefined || only === partitionId) byLeader.set(leader, [...(byLeader.get(leader) ?? []), { partition: partitionId, timestamp }]);
      }
      const found = new Map<number, number>();
      for (const [leader, partitions] of byLeader) {
        const broker = await this.cluster.findBroker({ nodeId: leader });
        const { responses } = await broker.listOffsets({ replicaId: -1, isolationLevel: 0, topics: [{ topic, partitions }] });
        for (const answer of responses) for (const { partition, offset } of answer.partitions) found.set(partition, Number(offset));
      }
      return found;
    });
  }

  /** What a partition holds from an offset on, of transactions the committed ones. */
  async fetch({ topic, partition, from, maxBytes, maxWaitMs }: FetchRequest): Promise<Fetched> {
    return this.patiently(topic, async () => {
      const leader = (await this.metadata(topic)).find(({ partitionId }) => partitionId === partition)?.leader;
      if (leader === undefined) throw protocolError('UNKNOWN_TOPIC_OR_PARTITION');
      const broker = await this.cluster.findBroker({ nodeId: leader });
      const parameters = { maxWaitTime: maxWaitMs, minBytes: 1, maxBytes, topics: [{ topic, partitions: [{ partition, fetchOffset: from, maxBytes }] }] };
      const [fetched] = await this.send(broker, parameters);
      if (fetched === undefined) throw protocolError('NOT_LEADER_FOR_PARTITION');
      if (fetched.errorCode === OUT_OF_RANGE) return 'out-of-range';
      if (fetched.errorCode !== 0) throw protocolError(fetched.errorCode);
      return fetched;
    });
  }

  /** Resolves when a broker has answered anything at all. */
  async reach(): Promise<void> {
    try {
      await (await this.cluster.brokerPool.findConnectedBroker()).apiVersions();
    } catch (error) {
      throw asBusError(error);
    }
  }

  /** Resolves when a broker has named the coordinator of a group. @throws BusNotPermittedError - and as `partitions`. */
  async coordinator(group: string): Promise<void> {
    try {
      await (await this.cluster.brokerPool.findConnectedBroker()).findGroupCoordinator({ groupId: group, coordinatorType: 0 });
    } catch (error) {
      throw asBusError(error);
    }
  }

  /** Ends the connections, and what waits on them, at once. */
  cut(reason: Error): void {
    this.context.closed.removeEventListener('abort', this.follow);
    this.sockets.cut(reason);
  }

  private async send(broker: Broker, parameters: FetchParameters): Promise<readonly FetchedPartition[]> {
    try {
      return await broker.connectionPool.send(broker.lookupRequest(FETCH_API, FETCH)(parameters));
    } catch (error) {
      // As kafkajs does after an error of a connection: the next request makes a new one.
      if (error instanceof Object && 'name' in error && error.name === 'KafkaJSConnectionClosedError') await broker.disconnect();
      throw error;
    }
  }

  /** One question at a time: the answer is left in a place that the next one overwrites. */
  private async metadata(topic: string): Promise<readonly PartitionMetadata[]> {
    const known = this.leaders.get(topic);
    if (known !== undefined && this.context.clock.monotonic() < known.until) return known.partitions;
    const asked = this.asking.then(async () => {
      await this.cluster.brokerPool.refreshMetadata([topic]);
      return this.cluster.brokerPool.metadata?.topicMetadata.find((one) => one.topic === topic);
    });
    this.asking = asked.catch(() => undefined);
    const found = await asked;
    if (found === undefined) throw protocolError('UNKNOWN_TOPIC_OR_PARTITION');
    if (found.partitionMetadata.some(({ leader }) => leader < 0)) throw protocolError('LEADER_NOT_AVAILABLE');
    const partitions = [...found.partitionMetadata].sort((a, b) => a.partitionId - b.partitionId);
    this.leaders.set(topic, { partitions, until: this.context.clock.monotonic() + LEADERS_KNOWN_FOR_MS });
    return partitions;
  }

  private patienceWith(error: unknown, topic: string): number {
    if (error instanceof BusUnavailableError) return PATIENCE_MS;
    return error instanceof UnknownTopicError ? this.context.sightings.patienceMs(topic) : 0;
  }

  /** Does it again, with fresh metadata, while it may be a leader that moves. */
  private async patiently<Result>(topic: string, work: () => Promise<Result>): Promise<Result> {
    const { clock, closed } = this.context;
    const backoff = new Backoff(BACKOFF);
    const began = clock.monotonic();
    for (;;) {
      try {
        return await work();
      } catch (error) {
        this.leaders.delete(topic);
        const translated = asBusError(error, { topic });
        if (this.sockets.isCut || closed.aborted || clock.monotonic() - began >= this.patienceWith(translated, topic)) throw translated;
        await backoff.wait(clock, closed);
      }
    }
  }
}

/** kafkajs's requests, with our reading of the answers. */
const FETCH: RequestDefinition<FetchParameters, readonly FetchedPartition[]> = {
  versions: fetchRequests.versions,
  protocol: ({ version }) => {
    const request = fetchRequests.protocol({ version });
    return (parameters) => ({ ...request(parameters), response: { decode: async (raw) => (await decodeFetchResponse(raw, version)).partitions, parse: async (answer) => answer } });
  },
};
