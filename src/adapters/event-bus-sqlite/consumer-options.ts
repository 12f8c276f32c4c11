import { type BatchLimits } from '../event-bus-shared/batch-limits.js';
import { type BackoffLimits, type Random } from '../shared/backoff.js';

/** How a consumer works. Times in milliseconds. */
export interface ConsumerOptions {
  /** The largest batch that is handed over. */
  readonly batch: BatchLimits;
  /** A member that has not renewed its lease for so long is dead, and its partitions are taken over. */
  readonly leaseMs: number;
  readonly renewEveryMs: number;
  /** How long a partition that another member is to have waits for the work in hand; then that work is aborted. */
  readonly handoverMs: number;
  /** The pause before a rejected batch comes again. */
  readonly retry: BackoffLimits;
  /** Lag and no commit for so long is `stalled`. */
  readonly stalledAfterMs: number;
  readonly random: Random;
}

export const CONSUMER_DEFAULTS: ConsumerOptions = {
  batch: { events: 500, bytes: 4 * 1024 * 1024 },
  leaseMs: 5_000,
  renewEveryMs: 1_000,
  handoverMs: 10_000,
  retry: { baseMs: 100, maxMs: 30_000 },
  stalledAfterMs: 60_000,
  random: Math.random,
};
