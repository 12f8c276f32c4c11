import { backoffMs } from '../domain/backoff.js';
import { dispositionOf } from '../domain/errors.js';
import { type Clock } from './clock.port.js';

const PAUSE = { firstMs: 25, longestMs: 2_000 };

export interface Patience {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Told of each failure that is followed by another try. */
  readonly onAway?: (error: unknown) => void;
}

/**
 * What the disposition `retry` asks of a port's caller: does `work` again, after growing pauses, as long as it fails
 * with it. Anything else is thrown at once, and the signal's reason when it aborts. A try that lasted longer than the
 * longest pause begins a new count.
 */
export async function retryWhileAway<Result>(work: () => Promise<Result>, { clock, signal, onAway }: Patience): Promise<Result> {
  for (let attempt = 1; ; attempt += 1) {
    const startedAt = clock.monotonic();
    try {
      return await work();
    } catch (error) {
      if (signal.aborted) throw abortReason(signal);
      if (dispositionOf(error) !== 'retry') throw error;
      onAway?.(error);
    }
    if (clock.monotonic() - startedAt > PAUSE.longestMs) attempt = 1;
    await clock.sleep(backoffMs(attempt, PAUSE), signal);
    if (signal.aborted) throw abortReason(signal);
  }
}

/** What an aborted signal gave as its reason, as an Error. */
export function abortReason(signal: AbortSignal): Error {
  return signal.reason instanceof Error ? signal.reason : new Error('aborted');
}
