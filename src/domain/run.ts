/** Which source a plan pulls from, and what it needs to pull the same people again. No secrets: it goes on the journal. */
export interface SourceSpec {
  readonly name: 'randomuser' | 'synthetic' | 'file';
  readonly parameters: Readonly<Record<string, string | number>>;
}

/** Whether two specs name the same, in whatever order. */
export function isSameSource(one: SourceSpec, other: SourceSpec): boolean {
  if (one.name !== other.name) return false;
  const names = Object.keys(one.parameters);
  return names.length === Object.keys(other.parameters).length && names.every((name) => one.parameters[name] === other.parameters[name]);
}

/** A stretch of UTC time, milliseconds since 1970, end exclusive. */
export interface Window {
  readonly startMs: number;
  readonly endMs: number;
}

/**
 * What a run is to publish, fixed in its first claim: attempts carry out the plan, not their own configuration.
 * Pages count from 1 at the slot's start; `lastPage` is null for an open plan, which ends with the window (rate 0)
 * or with a finite source.
 */
export interface Plan {
  readonly source: SourceSpec;
  readonly seed: string;
  readonly pageSize: number;
  /** Users per second; 0 is as fast as the source gives. */
  readonly rate: number;
  readonly window: Window;
  readonly firstPage: number;
  readonly lastPage: number | null;
  /** Exactly how many users a run was asked for, from page 1 on: its last page is cut to it. Null where the pages alone say how many. */
  readonly count: number | null;
  /** Whether the plan ends with the source (a finite one), whatever the window says. */
  readonly endsWithSource: boolean;
}

/** What a quotient that is whole on paper may be off by in floating point, at most. */
const ROUNDING = 1e-9;

/** How many pages a window holds at a rate: `ceil(rate * window / size)`. */
export function pagesOf(window: Window, rate: number, pageSize: number): number {
  return Math.ceil((rate * (window.endMs - window.startMs)) / (1_000 * pageSize) - ROUNDING);
}

/** The first page still due for a slot claimed at `nowMs` inside its window; 1 for one claimed before or after it. */
export function firstPageDue(window: Window, rate: number, pageSize: number, nowMs: number): number {
  if (nowMs <= window.startMs || nowMs >= window.endMs) return 1;
  return Math.floor(((nowMs - window.startMs) * rate) / (1_000 * pageSize) + ROUNDING) + 1;
}

/** How many users `page` asks for: the plan's page size, and what is left of its count on the last page. */
export function sizeOfPage(plan: Pick<Plan, 'pageSize' | 'lastPage' | 'count'>, page: number): number {
  if (plan.count === null || page !== plan.lastPage) return plan.pageSize;
  return plan.count - (page - 1) * plan.pageSize;
}

/** Milliseconds from the start of page 1 to the start of `page` at the plan's rate; 0 at rate 0. */
export function offsetOfPageMs(plan: Pick<Plan, 'rate' | 'pageSize'>, page: number): number {
  return plan.rate === 0 ? 0 : ((page - 1) * plan.pageSize * 1_000) / plan.rate;
}

/**
 * The event time of the `index`th record of a page, in microseconds: content, not a clock reading, so that every
 * attempt and every replay gives the same one. It is the row's write timestamp and `created_at`.
 */
export function eventTimeMicros(plan: Pick<Plan, 'rate' | 'pageSize' | 'window'>, page: number, index: number): number {
  const startMicros = plan.window.startMs * 1_000;
  if (plan.rate === 0) return startMicros + (page - 1) * plan.pageSize + index;
  return startMicros + Math.floor(((page - 1) * plan.pageSize * 1_000_000) / plan.rate) + index;
}

/** A continuous-mode slot: windows of `windowMs` that touch, aligned to 1970. */
export function continuousSlotAt(nowMs: number, windowMs: number): Window {
  const startMs = Math.floor(nowMs / windowMs) * windowMs;
  return { startMs, endMs: startMs + windowMs };
}
