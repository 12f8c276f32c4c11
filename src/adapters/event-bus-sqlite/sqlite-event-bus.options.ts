import { type ConsumerOptions } from './consumer-options.js';
import { type RetentionLimits } from './event-pruning.js';

export interface SqliteEventBusOptions {
  /** The folder of `log.db` and `heartbeats.db`; made where it is missing. */
  readonly dataDir: string;
  /**
   * The operator's limits (milliseconds, bytes; null is none) for topics that were made with a limit: the tighter of
   * the two holds. Topics made without one, and compacted ones, are spared. Default: none.
   */
  readonly retention?: RetentionLimits;
  /** How the injected consumer works, where it differs from the defaults. */
  readonly consumer?: Partial<ConsumerOptions>;
  /** How long a write tries again while another process holds the lock, in milliseconds. Default 5 s. */
  readonly lockPatienceMs?: number;
  /** How often retention and compaction run, in milliseconds. Default one minute. */
  readonly maintenanceEveryMs?: number;
}
