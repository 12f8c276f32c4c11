import { type ConsumerStatus } from '../../ports/event-consumer.port.js';
import { type Percentiles } from './latency-histogram.js';

/**
 * How processing in one process does, since that process started; it goes to the heartbeats under `processing`. The
 * totals count work: an event that came again after a failure counts again. Where each event is, the ledger says.
 */
export interface ProcessingVitals {
  readonly storedTotal: number;
  readonly deadTotal: number;
  /** Events of types that nobody here handles. */
  readonly skippedTotal: number;
  readonly batchesTotal: number;
  /** Events that were handed over again. */
  readonly redeliveredTotal: number;
  readonly deadByReason: Readonly<Record<string, number>>;
  /** Rows stored a second, over the last ten seconds. */
  readonly ratePerSecond: number;
  /** From the source's answer to the durable row, over the last one to two minutes; null where no event says when it was fetched. */
  readonly latencyMs: Percentiles | null;
  readonly consumer: ConsumerStatus;
}
