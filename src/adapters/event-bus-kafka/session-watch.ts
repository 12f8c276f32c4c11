import { type Clock } from '../../ports/clock.port.js';
import { BusUnavailableError, UnknownTopicError } from '../../ports/event-bus.errors.js';
import { type Subscription } from '../../ports/event-consumer.port.js';
import { type EventLog, type PartitionOffsets } from '../../ports/event-log.port.js';
import { messageOf } from '../event-bus-shared/partition-condition.js';
import { type GroupClaim, type GroupClaims } from './group-claims.js';
import { type KafkaConsumerOptions } from './kafka-consumer-options.js';
import { type PartitionWorker } from './partition-worker.js';

export interface SessionWatchParts {
  readonly log: Pick<EventLog, 'offsets'>;
  readonly subscription: Subscription;
  readonly claims: GroupClaims;
  readonly workerOf: (partition: number) => PartitionWorker;
  readonly clock: Clock;
  readonly options: KafkaConsumerOptions;
  /** Whether a handler is at work: then the driver is silent, and all is well. */
  readonly isAtWork: () => boolean;
  /** What is next of the partition is not on the log any more. */
  readonly gone: (claim: GroupClaim) => void;
  /** The session cannot go on. */
  readonly fail: (error: unknown) => void;
}

/** Looks from time to time whether the driver is alive, and whether the log still holds what is to come. */
export class SessionWatch {
  /** Why the log cannot be asked just now; null when it can. */
  trouble: string | null = null;
  private aliveAt: number;

  constructor(private readonly parts: SessionWatchParts) {
    this.aliveAt = parts.clock.monotonic();
  }

  /** The driver has done something. */
  alive(): void {
    this.aliveAt = this.parts.clock.monotonic();
  }

  async run(over: AbortSignal): Promise<void> {
    const { clock, options, fail } = this.parts;
    while (!over.aborted) {
      await clock.sleep(options.lookEveryMs, over);
      if (over.aborted) return;
      if (this.isDead()) fail(new BusUnavailableError(`the Kafka client has shown no sign of life for ${options.stalledAfterMs / 1_000} s`));
      else await this.look();
    }
  }

  private isDead(): boolean {
    const { clock, options, isAtWork } = this.parts;
    return !isAtWork() && clock.monotonic() - this.aliveAt > options.stalledAfterMs;
  }

  private async look(): Promise<void> {
    const { log, subscription, claims, workerOf, fail } = this.parts;
    const before = claims.all.map((claim) => ({ claim, next: workerOf(claim.partition).next }));
    try {
      const offsets = await log.offsets(subscription.topic);
      this.trouble = null;
      for (const { claim, next } of before) this.compare(claim, next, offsets.find(({ partition }) => partition === claim.partition));
    } catch (error) {
      if (error instanceof UnknownTopicError) fail(error);
      this.trouble = messageOf(error);
    }
  }

  /** `next` is from before the log was asked: who has moved since may be past what was its end then. */
  private compare(claim: GroupClaim, next: number, offsets: PartitionOffsets | undefined): void {
    if (offsets === undefined || claim.lost.aborted) return;
    const worker = this.parts.workerOf(claim.partition);
    worker.see(offsets.end);
    if (worker.isIdle && (offsets.end < next || offsets.first > worker.next)) this.parts.gone(claim);
  }
}
