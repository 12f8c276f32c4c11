import { setImmediate } from 'node:timers/promises';
import { type Consumer, type EachBatchPayload, type TopicPartitionOffsetAndMetadata } from 'kafkajs';

type CommitOnce = EachBatchPayload['commitOffsetsIfNecessary'];

/** kafkajs passes the metadata of a partition on, and leaves it out of the types of this way to commit. */
interface OffsetAndMetadata {
  readonly partition: number;
  readonly offset: string;
  readonly metadata: string;
}

/**
 * Commits offsets of one topic through kafkajs, each try with the generation of its moment. Its `commitOffsets` tries
 * again by itself, by then perhaps with the generation of a later share of the group, and does nothing, silently, once
 * the consumer stops. What a batch handler is given does neither: it is used as soon as there has been a batch.
 */
export class GroupCommits {
  private once: CommitOnce | null = null;

  constructor(
    private readonly consumer: Pick<Consumer, 'commitOffsets'>,
    private readonly topic: string,
  ) {}

  use(once: CommitOnce): void {
    this.once ??= once;
  }

  /** `lost` is the claim's: it is looked at in the same turn in which kafkajs takes the generation. */
  async commit(partition: number, offset: number, metadata: string, lost: AbortSignal): Promise<void> {
    // kafkajs has the new generation some turns before it tells of the join: not between the two.
    await setImmediate();
    lost.throwIfAborted();
    const entry: OffsetAndMetadata = { partition, offset: String(offset), metadata };
    if (this.once !== null) return this.once({ topics: [{ topic: this.topic, partitions: [entry] }] });
    return this.consumer.commitOffsets([{ topic: this.topic, ...entry } satisfies TopicPartitionOffsetAndMetadata]);
  }
}
