import { type Position, type RecordedEvent } from '../../domain/event-record.js';
import { EventLog, type CommittedOffset, type PartitionLag, type PartitionOffsets, type Stretch } from '../../ports/event-log.port.js';
import { decodeCommit } from './commit-metadata.js';
import { causeOfNoCoordinator } from './group-coordinator.js';
import { EARLIEST, KafkaFetcher, LATEST } from './kafka-fetcher.js';
import { type KafkaClient } from './kafka-client.js';
import { readStretch, tailPartition } from './partition-reading.js';

/** A time beyond which nothing is recorded, and which Kafka's own meanings of negative times do not touch. */
const LATEST_TIME_MS = 8_640_000_000_000_000;

/** Reads the cluster's log without a group. */
export class KafkaEventLog extends EventLog {
  private readonly fetcher: KafkaFetcher;

  constructor(private readonly client: KafkaClient) {
    super();
    this.fetcher = new KafkaFetcher(client);
  }

  async offsets(topic: string): Promise<readonly PartitionOffsets[]> {
    return this.reading(topic, async () => {
      const [first, end] = await Promise.all([this.fetcher.offsets(topic, EARLIEST), this.fetcher.offsets(topic, LATEST)]);
      return [...end].sort(([a], [b]) => a - b).map(([partition, offset]) => ({ partition, first: first.get(partition) ?? 0, end: offset }));
    });
  }

  async at({ topic, partition, offset }: Position): Promise<RecordedEvent | null> {
    return this.reading(topic, async () => {
      const partitions = await this.fetcher.partitions(topic);
      if (!partitions.some(({ partitionId }) => partitionId === partition)) return null;
      const fetched = await this.fetcher.fetch({ topic, partition, from: offset, maxBytes: 1, maxWaitMs: 0 });
      return fetched === 'out-of-range' ? null : (fetched.records.find((one) => one.offset === offset) ?? null);
    });
  }

  async offsetAtTime(topic: string, partition: number, timeMs: number): Promise<number> {
    return this.reading(topic, async () => {
      await this.partitionExists(topic, partition);
      const found = await this.fetcher.offsets(topic, Math.ceil(Math.min(Math.max(0, timeMs), LATEST_TIME_MS)), partition);
      const offset = found.get(partition) ?? -1;
      return offset >= 0 ? offset : ((await this.fetcher.offsets(topic, LATEST, partition)).get(partition) ?? 0);
    });
  }

  async *read(stretch: Stretch, signal?: AbortSignal): AsyncIterable<readonly RecordedEvent[]> {
    const end = await this.reading(stretch.topic, async () => {
      await this.partitionExists(stretch.topic, stretch.partition);
      return (await this.fetcher.offsets(stretch.topic, LATEST, stretch.partition)).get(stretch.partition) ?? 0;
    });
    const reads = readStretch({ ...stretch, to: Math.min(stretch.to, end) }, { clock: this.client.clock, fetcher: this.fetcher, signal });
    yield* this.translating(stretch.topic, reads);
  }

  /** On connections of its own, since a long poll would hold up what comes after it on the same one. */
  async *tail(start: { topic: string; partition: number; from: number }, signal: AbortSignal): AsyncIterable<readonly RecordedEvent[]> {
    await this.reading(start.topic, () => this.partitionExists(start.topic, start.partition));
    if (signal.aborted) return;
    const fetcher = new KafkaFetcher(this.client);
    const cut = () => fetcher.cut(new Error('the tail has ended'));
    signal.addEventListener('abort', cut, { once: true });
    try {
      yield* this.translating(start.topic, tailPartition(start, { clock: this.client.clock, fetcher, signal }));
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      signal.removeEventListener('abort', cut);
      cut();
    }
  }

  async committed(topic: string, group: string): Promise<readonly CommittedOffset[]> {
    await this.reading(topic, () => this.fetcher.partitions(topic));
    // All topics of the group: to name one would make the admin's later calls depend on its existence.
    const topics = await this.client.withAdmin(`offsets of ${group}`, async (admin) => {
      try {
        return await admin.fetchOffsets({ groupId: group, topics: [] });
      } catch (error) {
        throw await causeOfNoCoordinator(error, group, this.client);
      }
    });
    return topics
      .filter((one) => one.topic === topic)
      .flatMap(({ partitions }) => partitions)
      .filter(({ offset }) => Number(offset) >= 0)
      .map(({ partition, offset, metadata }) => ({ partition, offset: Number(offset), tally: decodeCommit(partition, metadata ?? '')?.tally ?? null }))
      .sort((a, b) => a.partition - b.partition);
  }

  async lag(topic: string, group: string): Promise<readonly PartitionLag[]> {
    const [offsets, commits] = await Promise.all([this.offsets(topic), this.committed(topic, group)]);
    const committed = new Map(commits.map(({ partition, offset }) => [partition, offset]));
    return offsets.map(({ partition, first, end }) => {
      const offset = committed.get(partition) ?? null;
      return { partition, end, committed: offset, lag: Math.max(0, end - (offset ?? first)) };
    });
  }

  private async partitionExists(topic: string, partition: number): Promise<void> {
    const partitions = await this.fetcher.partitions(topic);
    if (partition >= 0 && partition < partitions.length) return;
    throw new RangeError(`topic ${topic} has partitions 0 to ${partitions.length - 1}, not ${partition}`);
  }

  private reading<Result>(topic: string, work: () => Promise<Result>): Promise<Result> {
    return this.client.tracking(`read ${topic}`, work);
  }

  private async *translating(topic: string, batches: AsyncGenerator<readonly RecordedEvent[]>): AsyncGenerator<readonly RecordedEvent[]> {
    try {
      for (;;) {
        const result = await this.reading(topic, () => batches.next());
        if (result.done === true) return;
        yield result.value;
      }
    } finally {
      await batches.return(undefined);
    }
  }
}

