import { type BatchLimits } from '../event-bus-shared/batch-limits.js';
import { type BackoffLimits, type Random } from '../shared/backoff.js';

/** How a consumer works. Times in milliseconds, sizes in bytes. */
export interface KafkaConsumerOptions {
  /** The largest batch that is handed over. A single larger event is handed over alone. */
  readonly batch: BatchLimits;
  /** A member that the broker has not heard of for so long is dead, and its partitions are taken over. */
  readonly sessionTimeoutMs: number;
  readonly heartbeatMs: number;
  /** How long the group waits for its members when it shares out the partitions anew; more than `handoverMs`. */
  readonly rebalanceTimeoutMs: number;
  /** How long a rebalance waits for the work in hand; then that work is aborted. */
  readonly handoverMs: number;
  /** How long a fetch waits at the broker for something to come; a resumed partition may wait as long. */
  readonly fetchWaitMs: number;
  /** How much one fetch brings of a partition, as it lies on the log. */
  readonly fetchBytes: number;
  /** While a fetch is being worked off its positions are committed so often; and always at its end. */
  readonly commitEveryMs: number;
  /** The pause before a rejected batch comes again, and before a commit is tried again. */
  readonly retry: BackoffLimits;
  /** The pause before the cluster, the topic or the group is tried again. */
  readonly reconnect: BackoffLimits;
  /** How often the log's ends are held against the positions. */
  readonly lookEveryMs: number;
  /** Lag and no commit for so long is `stalled`; a driver without a sign of life for so long is replaced. */
  readonly stalledAfterMs: number;
  /** How long a stop waits for the group to be left, once the work in hand has ended. */
  readonly leaveWithinMs: number;
  readonly random: Random;
}

export const KAFKA_CONSUMER_DEFAULTS: KafkaConsumerOptions = {
  batch: { events: 500, bytes: 4 * 1024 * 1024 },
  sessionTimeoutMs: 10_000,
  heartbeatMs: 3_000,
  rebalanceTimeoutMs: 30_000,
  handoverMs: 10_000,
  fetchWaitMs: 500,
  fetchBytes: 1024 * 1024,
  commitEveryMs: 1_000,
  // Whatever was away for hours, half a minute after its return everything goes on: so no pause may be much of that.
  retry: { baseMs: 100, maxMs: 10_000 },
  reconnect: { baseMs: 200, maxMs: 10_000 },
  lookEveryMs: 5_000,
  stalledAfterMs: 60_000,
  leaveWithinMs: 5_000,
  random: Math.random,
};
