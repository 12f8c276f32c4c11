import { tallied, type Tally } from '../../../domain/tally.js';
import { type CommittedOffset, type PartitionOffsets } from '../../../ports/event-log.port.js';

/**
 * Where the events of a partition are. Each offset below `end` is in one place only: handled (below `committed`),
 * expired or in flight, so that `committed + expired + inFlight = end`.
 */
export interface PartitionLedger {
  readonly partition: number;
  /** The oldest offset left on the log. */
  readonly first: number;
  /** The offset that the next event will get. */
  readonly end: number;
  /** Everything below it has been handled; null for a group that has not committed yet. */
  readonly committed: number | null;
  /** What became of the events from `tally.began` up to `committed`; null where nobody counted. */
  readonly tally: Tally | null;
  /** Handled by a consumer that kept no tally: nobody can say what became of them. */
  readonly unknown: number;
  /** On the log and not handled yet. */
  readonly inFlight: number;
  /** Removed from the log before this group handled them. */
  readonly expired: number;
  /** False when a sum does not hold: `stored + dead + skipped = committed - began`, and no commit lies beyond the end. */
  readonly balanced: boolean;
}

export interface LedgerTotals {
  readonly stored: number;
  readonly dead: number;
  readonly skipped: number;
  readonly unknown: number;
  readonly inFlight: number;
  readonly expired: number;
  /** Whether every partition balances. */
  readonly balanced: boolean;
}

/** Where every event of a topic is, for one group. */
export interface Ledger {
  readonly topic: string;
  readonly group: string;
  readonly partitions: readonly PartitionLedger[];
  readonly totals: LedgerTotals;
}

export function partitionLedger({ partition, first, end }: PartitionOffsets, commit: CommittedOffset | undefined): PartitionLedger {
  const handled = commit?.offset ?? 0;
  const tally = commit?.tally ?? null;
  return {
    partition,
    first,
    end,
    committed: commit?.offset ?? null,
    tally,
    unknown: tally === null ? handled : 0,
    inFlight: Math.max(0, end - Math.max(handled, first)),
    expired: Math.max(0, first - handled),
    balanced: handled <= end && (tally === null || addsUp(tally, handled)),
  };
}

export function totalsOf(partitions: readonly PartitionLedger[]): LedgerTotals {
  const sum = (count: (partition: PartitionLedger) => number) => partitions.reduce((total, partition) => total + count(partition), 0);
  return {
    stored: sum(({ tally }) => tally?.stored ?? 0),
    dead: sum(({ tally }) => tally?.dead ?? 0),
    skipped: sum(({ tally }) => tally?.skipped ?? 0),
    unknown: sum(({ unknown }) => unknown),
    inFlight: sum(({ inFlight }) => inFlight),
    expired: sum(({ expired }) => expired),
    balanced: partitions.every(({ balanced }) => balanced),
  };
}

function addsUp(tally: Tally, committed: number): boolean {
  const counts = [tally.began, tally.stored, tally.dead, tally.skipped];
  return counts.every((count) => count >= 0) && tallied(tally) === committed - tally.began;
}
