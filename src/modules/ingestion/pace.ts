import { offsetOfPageMs, type Plan } from '../../domain/run.js';

/** When the pages of one attempt are due, in milliseconds since 1970. */
export class Pace {
  /** When the attempt's patience ends: its window's end, or as long after its start where it does not keep to the window. */
  readonly endMs: number;
  /** Whether the plan was made by a clock that was ahead: what is next would not be due for a while. */
  readonly isEarly: boolean;
  private readonly originMs: number;
  private readonly intervalMs: number;

  /**
   * Due times are absolute: they count from the slot's start, so that an attempt inside its window keeps to it. One that
   * begins after its window, or before what is next of it could be due, counts from its own start, at the plan's rate.
   * Once planned, the window is pace, not content: a plan made by a clock that was ahead keeps nobody waiting until then.
   */
  constructor(private readonly plan: Pick<Plan, 'rate' | 'pageSize' | 'window'>, attempt: { readonly startedAtMs: number; readonly firstPage: number }) {
    const { window } = plan;
    this.intervalMs = offsetOfPageMs(plan, 2);
    const firstOffsetMs = offsetOfPageMs(plan, attempt.firstPage);
    this.isEarly = attempt.startedAtMs + this.intervalMs < window.startMs + firstOffsetMs;
    const isOutside = this.isEarly || attempt.startedAtMs >= window.endMs;
    this.originMs = isOutside ? attempt.startedAtMs - firstOffsetMs : window.startMs;
    this.endMs = isOutside ? attempt.startedAtMs + (window.endMs - window.startMs) : window.endMs;
  }

  /** When a page is due, given when the one before went out: overdue pages follow each other at twice the rate at most. */
  dueMs(page: number, previousMs: number | null): number {
    const due = this.originMs + offsetOfPageMs(this.plan, page);
    return previousMs === null ? due : Math.max(due, previousMs + this.intervalMs / 2);
  }
}
