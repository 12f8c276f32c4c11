/** Waits in milliseconds: the first attempt's ceiling, and the ceiling that no attempt exceeds. */
export interface BackoffLimits {
  readonly baseMs: number;
  readonly maxMs: number;
}

/** What waits: a Clock, or as much of one as a wait needs. */
export interface Sleeper {
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** A number from 0 (inclusive) to 1 (exclusive). */
export type Random = () => number;

/** The longest wait after `attempt` failures, counted from 1. */
export function ceilingMs(attempt: number, { baseMs, maxMs }: BackoffLimits): number {
  return Math.min(maxMs, baseMs * 2 ** Math.max(0, attempt - 1));
}

/**
 * How long to wait before the next try after `attempt` failures (from 1): anything from 0 up to a ceiling that doubles
 * with each failure ("full jitter": those who failed together do not come back together).
 */
export function fullJitterMs(attempt: number, limits: BackoffLimits, random: Random = Math.random): number {
  return random() * ceilingMs(attempt, limits);
}

/** The waits of one thing that is tried again and again. */
export class Backoff {
  private failures = 0;

  constructor(private readonly limits: BackoffLimits, private readonly random: Random = Math.random) {}

  /** How many times it has failed since the last success. */
  get attempts(): number {
    return this.failures;
  }

  /** Counts a failure and says how long to wait, in milliseconds. */
  nextMs(): number {
    this.failures += 1;
    return fullJitterMs(this.failures, this.limits, this.random);
  }

  /** Counts a failure and waits; returns early, without an error, when `signal` aborts. */
  async wait(sleeper: Sleeper, signal?: AbortSignal): Promise<void> {
    await sleeper.sleep(this.nextMs(), signal);
  }

  /** It went through: the next failure is the first again. */
  reset(): void {
    this.failures = 0;
  }
}
