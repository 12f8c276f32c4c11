/** A partition that the group has given to this member, until it shares out its partitions anew. */
export interface PartitionClaim {
  readonly partition: number;
  /** Aborts when the partition is not ours any more, or may be somebody else's: nothing is committed from here on. */
  readonly lost: AbortSignal;
  /** Commits once, with the generation that the claim is of. On an error nothing is known to be committed. */
  commit(offset: number, metadata: string): Promise<void>;
  /** Where the next fetch begins: what kafkajs found by itself may not be there any more. */
  seek(offset: number): void;
  /** No fetches of this partition until `release`. Both are cheap to repeat. */
  hold(): void;
  release(): void;
}
