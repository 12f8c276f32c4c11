import { type Position } from '../../domain/event-record.js';
import { withRange, type OffsetRange, type Progress } from '../journal/index.js';

/** What became of one page. */
export interface PublishedPage {
  readonly page: number;
  /** Where the source goes on after it. */
  readonly next: string | null;
  readonly fetched: number;
  readonly positions: readonly Position[];
  /** The reasons of its rejected records, one entry a record. */
  readonly rejected: readonly string[];
}

/** The figures of an attempt that goes on after those of the run so far. */
export function figuresAfter(run: Progress): Progress {
  return { page: run.page, cursor: run.cursor, fetched: 0, published: 0, rejected: {}, ranges: [] };
}

/** The figures with one more page. */
export function addPage(figures: Progress, page: PublishedPage): Progress {
  const rejected = page.rejected.reduce((counts, reason) => addCounts(counts, { [reason]: 1 }), figures.rejected);
  return {
    page: page.page,
    cursor: page.next,
    fetched: figures.fetched + page.fetched,
    published: figures.published + page.positions.length,
    rejected,
    ranges: rangesOf(page.positions).reduce(withRange, figures.ranges),
  };
}

function rangesOf(positions: readonly Position[]): readonly OffsetRange[] {
  const ranges = new Map<number, OffsetRange>();
  for (const { partition, offset } of positions) {
    const range = ranges.get(partition) ?? { partition, first: offset, last: offset };
    ranges.set(partition, { partition, first: Math.min(range.first, offset), last: Math.max(range.last, offset) });
  }
  return [...ranges.values()];
}

/** Two counts by reason as one. */
export function addCounts(one: Progress['rejected'], other: Progress['rejected']): Progress['rejected'] {
  const sum = { ...one };
  for (const [reason, count] of Object.entries(other)) sum[reason] = (sum[reason] ?? 0) + count;
  return sum;
}
