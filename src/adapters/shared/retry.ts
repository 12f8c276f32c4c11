export interface BackoffOptions {
  /** The longest first wait, in milliseconds; it doubles with each attempt. */
  readonly baseMs: number;
  /** The longest wait of all, in milliseconds. */
  readonly capMs: number;
}

/** A number from 0 up to, not including, 1, such as `Math.random`. */
export type Random = () => number;

/** What waits: by its own clock, ending early when the signal aborts. */
export interface Sleeper {
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** The longest wait after the `attempt`th failure, counted from 1. */
export function ceilingMs(attempt: number, { baseMs, capMs }: BackoffOptions): number {
  return Math.min(capMs, baseMs * 2 ** (attempt - 1));
}

/** Full jitter: anything up to that ceiling, so that those who failed together do not come again together. */
export function fullJitterMs(attempt: number, options: BackoffOptions, random: Random): number {
  return random() * ceilingMs(attempt, options);
}

/**
 * Calls `work` until it resolves, or until `delayMs` gives null for a failure, which is then thrown. Attempts count from 1.
 * When `signal` aborts between two attempts, it rejects with the signal's reason.
 */
export async function retrying<Result>(
  work: () => Promise<Result>,
  delayMs: (error: unknown, attempt: number) => number | null,
  sleeper: Sleeper,
  signal: AbortSignal,
): Promise<Result> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (signal.aborted) throw error;
      const delay = delayMs(error, attempt);
      if (delay === null) throw error;
      await sleeper.sleep(delay, signal);
      signal.throwIfAborted();
    }
  }
}
