import { offsetOfPageMs, type Plan } from '../../domain/run.js';

/** When the pages of one attempt are due, in milliseconds since 1970. */
export class Pace {
  /** When the attempt's patience ends: its window's end, or as long after its start where it began after that. */
  readonly endMs: number;
  private readonly originMs: number;
  private readonly intervalMs: number;

  /**
   * Due times are absolute: they count from the slot's start, or, for an attempt that begins after its window, from
   * its own start, so that a late one keeps the plan's rate.
   */
  constructor(private readonly plan: Pick<Plan, 'rate' | 'pageSize' | 'window'>, attempt: { readonly startedAtMs: number; readonly firstPage: number }) {
    const { window } = plan;
    const late = attempt.startedAtMs >= window.endMs;
    this.originMs = late ? attempt.startedAtMs - offsetOfPageMs(plan, attempt.firstPage) : window.startMs;
    this.endMs = late ? attempt.startedAtMs + (window.endMs - window.startMs) : window.endMs;
    this.intervalMs = offsetOfPageMs(plan, 2);
  }

  /** When a page is due, given when the one before went out: overdue pages follow each other at twice the rate at most. */
  dueMs(page: number, previousMs: number | null): number {
    const due = this.originMs + offsetOfPageMs(this.plan, page);
    return previousMs === null ? due : Math.max(due, previousMs + this.intervalMs / 2);
  }
}
