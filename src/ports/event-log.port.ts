import { type Position, type RecordedEvent } from '../domain/event-record.js';
import { type Tally } from '../domain/tally.js';

/** The offsets that a partition holds now: `first` is the oldest left, `end` the one that the next event will get. */
export interface PartitionOffsets {
  readonly partition: number;
  readonly first: number;
  readonly end: number;
}

/** Where a group stands in a partition: everything below `offset` has been handled, as `tally` says. */
export interface CommittedOffset {
  readonly partition: number;
  readonly offset: number;
  /** Null where somebody else's consumer committed without one. */
  readonly tally: Tally | null;
}

/** How far a group is behind in a partition: `end - committed`, or `end - first` for a group without a position. */
export interface PartitionLag {
  readonly partition: number;
  readonly end: number;
  readonly committed: number | null;
  readonly lag: number;
}

export interface Stretch {
  readonly topic: string;
  readonly partition: number;
  /** Inclusive; an offset that retention has removed starts at the first one left. */
  readonly from: number;
  /** Exclusive; it may lie beyond the end, and reading ends at the end of that moment. */
  readonly to: number;
}

/**
 * The log as something to read, without a group. All methods throw UnknownTopicError for a topic that nobody made and
 * BusUnavailableError while the log is away.
 */
export abstract class EventLog {
  /** One entry a partition, in order. */
  abstract offsets(topic: string): Promise<readonly PartitionOffsets[]>;

  /** The event at a position; null where there is none (any more, or yet). */
  abstract at(position: Position): Promise<RecordedEvent | null>;

  /** The offset of the first event of a partition recorded at or after a time (milliseconds since 1970); the end where there is none. */
  abstract offsetAtTime(topic: string, partition: number, timeMs: number): Promise<number>;

  /** The events of a stretch, in order, in batches that are never empty; ends after the last one. */
  abstract read(stretch: Stretch, signal?: AbortSignal): AsyncIterable<readonly RecordedEvent[]>;

  /**
   * The events of a partition from an offset on, the old ones first, then new ones as they come, within milliseconds
   * of their append by whichever process. Ends when `signal` aborts, and only then.
   */
  abstract tail(start: { topic: string; partition: number; from: number }, signal: AbortSignal): AsyncIterable<readonly RecordedEvent[]>;

  /** The committed offsets of a group; partitions without one are left out. */
  abstract committed(topic: string, group: string): Promise<readonly CommittedOffset[]>;

  /** One entry a partition, in order. */
  abstract lag(topic: string, group: string): Promise<readonly PartitionLag[]>;
}
