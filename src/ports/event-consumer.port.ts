import { type RecordedEvent } from '../domain/event-record.js';
import { type TallyDelta } from '../domain/tally.js';

/** Events of one partition in the order of the log; never empty. */
export interface EventBatch {
  readonly topic: string;
  readonly partition: number;
  readonly events: readonly RecordedEvent[];
}

/**
 * Handles a batch and says what became of each event: the tally adds up to the batch's length. `signal` aborts when
 * the partition is no longer this consumer's, or the consumer is told to stop at once: the result is then thrown away.
 */
export type BatchHandler = (batch: EventBatch, signal: AbortSignal) => Promise<TallyDelta>;

export interface Subscription {
  readonly topic: string;
  readonly group: string;
}

/**
 * `connecting`: the log or the group is not there yet. `running`. `paused`: told to. `stalled`: a batch was rejected
 * and waits to come again, or there is lag and nothing was committed for a minute. `halted`: a handler failed in a way
 * nobody foresaw; nothing of that partition is handed over until `resume` or a restart. `stopped`: `run` has ended.
 */
export type ConsumerState = 'connecting' | 'running' | 'paused' | 'stalled' | 'halted' | 'stopped';

export interface PartitionState {
  readonly partition: number;
  readonly state: ConsumerState;
  /** The code and message of what stalled or halted it. */
  readonly code: string | null;
  readonly reason: string | null;
  readonly sinceMs: number;
  /** The offset that will be handed over next. */
  readonly next: number;
}

/**
 * Something about the log itself that a person should know: unread events were removed, or the log was replaced. The last
 * one of a partition travels with the group's position there: whoever reads it next tells it again, with its time.
 */
export interface LogIncident {
  readonly kind: 'gap' | 'log-replaced';
  readonly partition: number;
  readonly fromOffset: number;
  readonly toOffset: number;
  readonly atMs: number;
}

export interface ConsumerStatus {
  /** The worst of the partitions' states; `connecting` before any partition is assigned. */
  readonly state: ConsumerState;
  readonly reason: string | null;
  readonly sinceMs: number;
  /** The partitions that this consumer holds now. */
  readonly partitions: readonly PartitionState[];
  readonly incidents: readonly LogIncident[];
}

/** Reads a topic as a member of a group. */
export abstract class EventConsumer {
  /**
   * Hands over the group's events until `signal` aborts; resolves after the work in hand has ended, its positions are
   * committed and the group is left. It does not reject while the log is away: it waits and says so in `status`.
   *
   * - The consumers of a group share the partitions, each partition with one of them at a time; those of one that dies
   *   or leaves are taken over. Groups are independent of each other.
   * - A group without a position begins at the first event left on the log.
   * - Within a partition a batch is handed over only after the handling of the one before has resolved; batches of
   *   different partitions may be in work together.
   * - The position advances only past events whose handling resolved, in one step with the tally that the handler
   *   returned; a consumer that has lost its partition cannot advance it.
   * - A handler that rejects with the disposition `retry` gets the same events again, before any later ones of that
   *   partition, after a growing pause with jitter. Any other rejection halts the partition: nothing is acknowledged.
   * - A tally that does not add up halts it too (TallyMismatchError).
   * - A consumer object runs once at a time.
   */
  abstract run(subscription: Subscription, handle: BatchHandler, signal: AbortSignal): Promise<void>;

  /** No batch is handed over any more once it resolves; work in hand ends first. Membership is kept. Twice is once. */
  abstract pause(): Promise<void>;

  /** Goes on after a pause, and gives halted partitions another try. */
  abstract resume(): Promise<void>;

  /** As of now, without I/O. */
  abstract status(): ConsumerStatus;
}

