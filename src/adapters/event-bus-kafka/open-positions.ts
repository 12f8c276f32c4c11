import { type Clock } from '../../ports/clock.port.js';
import { BusUnavailableError } from '../../ports/event-bus.errors.js';
import { type Subscription } from '../../ports/event-consumer.port.js';
import { type EventLog, type PartitionOffsets } from '../../ports/event-log.port.js';
import { messageOf } from '../event-bus-shared/partition-condition.js';
import { Backoff } from '../shared/backoff.js';
import { type KafkaClient } from './kafka-client.js';
import { type KafkaConsumerOptions } from './kafka-consumer-options.js';
import { type PartitionClaim } from './partition-claim.js';
import { type GroupCommit } from './partition-position.js';
import { type PartitionWorker } from './partition-worker.js';

export interface OpenPositionsParts {
  readonly client: KafkaClient;
  readonly log: Pick<EventLog, 'offsets' | 'at'>;
  readonly subscription: Subscription;
  readonly workerOf: (partition: number) => PartitionWorker;
  readonly clock: Clock;
  readonly options: KafkaConsumerOptions;
}

/** Where the group and the log stand, by partition. */
interface Standing {
  readonly commits: ReadonlyMap<number, GroupCommit>;
  readonly bounds: ReadonlyMap<number, PartitionOffsets>;
}

/** Opens the partitions of a share of the group: its position with what it carries, held against the log. */
export class OpenPositions {
  /** Why the positions cannot be read just now; null when they can. */
  trouble: string | null = null;

  constructor(private readonly parts: OpenPositionsParts) {}

  /** Tries for as long as the claims last. */
  async open(claims: readonly PartitionClaim[]): Promise<void> {
    const standing = this.read();
    await Promise.all(claims.map((claim) => this.openOne(claim, standing)));
  }

  /** The first offset left of a partition; 0 where the claim ended before the log answered. */
  async firstLeft({ partition, lost }: PartitionClaim): Promise<number> {
    const bounds = await this.trying(lost, async () => (await this.bounds()).get(partition));
    return bounds?.first ?? 0;
  }

  private async openOne(claim: PartitionClaim, shared: Promise<Standing>): Promise<void> {
    const { log, subscription: { topic }, workerOf } = this.parts;
    const { partition } = claim;
    let standing: Promise<Standing> | null = shared;
    await this.trying(claim.lost, async () => {
      const { commits, bounds } = await (standing ?? this.read());
      standing = null;
      const found = bounds.get(partition);
      if (found === undefined) throw new BusUnavailableError(`partition ${partition} of ${topic} is not there yet`);
      await workerOf(partition).open(claim, {
        committed: commits.get(partition) ?? null,
        bounds: found,
        timestampAt: async (offset) => (await log.at({ topic, partition, offset }))?.timestampMs ?? null,
      });
    });
  }

  private async read(): Promise<Standing> {
    const [commits, bounds] = await Promise.all([this.commits(), this.bounds()]);
    return { commits, bounds };
  }

  private async bounds(): Promise<ReadonlyMap<number, PartitionOffsets>> {
    const offsets = await this.parts.log.offsets(this.parts.subscription.topic);
    return new Map(offsets.map((bounds) => [bounds.partition, bounds]));
  }

  /** Of all topics of the group: to name one would make the admin's later calls depend on its existence. */
  private async commits(): Promise<ReadonlyMap<number, GroupCommit>> {
    const { client, subscription: { topic, group } } = this.parts;
    const topics = await client.withAdmin(`offsets of ${group}`, (admin) => admin.fetchOffsets({ groupId: group, topics: [] }));
    const partitions = topics.filter((one) => one.topic === topic).flatMap((one) => one.partitions);
    return new Map(partitions.map(({ partition, offset, metadata }) => [partition, { offset: Number(offset), metadata }]));
  }

  private async trying<Result>(lost: AbortSignal, work: () => Promise<Result>): Promise<Result | null> {
    const { clock, options } = this.parts;
    const backoff = new Backoff(options.reconnect, options.random);
    while (!lost.aborted) {
      try {
        const result = await work();
        this.trouble = null;
        return result;
      } catch (error) {
        this.trouble = messageOf(error);
        await backoff.wait(clock, lost);
      }
    }
    return null;
  }
}
