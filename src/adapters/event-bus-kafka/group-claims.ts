import { type Consumer } from 'kafkajs';
import { type GroupCommits } from './group-commits.js';
import { isOutOfDate } from './group-errors.js';
import { type PartitionClaim } from './partition-claim.js';

/** What a claim needs of the session that it is of. */
export interface ClaimContext {
  readonly topic: string;
  readonly consumer: Pick<Consumer, 'pause' | 'resume' | 'seek'>;
  readonly commits: GroupCommits;
  /** The coordinator refuses a commit: the membership is not what it was. */
  readonly outOfDate: (error: unknown) => void;
}

/** One partition of one share of the group. It is held at first. */
export class GroupClaim implements PartitionClaim {
  private readonly ending = new AbortController();
  private held = false;
  readonly lost = this.ending.signal;

  constructor(
    readonly partition: number,
    private readonly context: ClaimContext,
  ) {
    this.hold();
  }

  async commit(offset: number, metadata: string): Promise<void> {
    try {
      await this.context.commits.commit(this.partition, offset, metadata, this.lost);
    } catch (error) {
      if (isOutOfDate(error) && !this.lost.aborted) this.context.outOfDate(error);
      throw error;
    }
  }

  seek(offset: number): void {
    const { topic, consumer } = this.context;
    if (!this.lost.aborted) whileItRuns(() => consumer.seek({ topic, partition: this.partition, offset: String(offset) }));
  }

  hold(): void {
    const { topic, consumer } = this.context;
    if (this.held || this.lost.aborted) return;
    this.held = true;
    whileItRuns(() => consumer.pause([{ topic, partitions: [this.partition] }]));
  }

  release(): void {
    const { topic, consumer } = this.context;
    if (!this.held || this.lost.aborted) return;
    this.held = false;
    whileItRuns(() => consumer.resume([{ topic, partitions: [this.partition] }]));
  }

  lose(reason: unknown): void {
    this.ending.abort(reason);
  }
}

/** The partitions that are this member's now. */
export class GroupClaims {
  private readonly current = new Map<number, GroupClaim>();

  constructor(private readonly context: ClaimContext) {}

  get all(): readonly GroupClaim[] {
    return [...this.current.values()].sort((a, b) => a.partition - b.partition);
  }

  of(partition: number): GroupClaim | undefined {
    return this.current.get(partition);
  }

  /** Claims for partitions that the group has given to this member; what was claimed of them before is lost. */
  take(partitions: readonly number[], reason: unknown): readonly GroupClaim[] {
    return partitions.map((partition) => {
      this.current.get(partition)?.lose(reason);
      const claim = new GroupClaim(partition, this.context);
      this.current.set(partition, claim);
      return claim;
    });
  }

  loseAll(reason: unknown): void {
    const claims = this.all;
    this.current.clear();
    for (const claim of claims) claim.lose(reason);
  }
}

/** kafkajs throws where its consumer has stopped, perhaps before it has told so: it fetches nothing then anyway. */
function whileItRuns(tell: () => void): void {
  try {
    tell();
  } catch (error) {
    if (!(error instanceof Error && error.name === 'KafkaJSNonRetriableError')) throw error;
  }
}
