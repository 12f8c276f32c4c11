import { type Sleeper } from './backoff.js';

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
