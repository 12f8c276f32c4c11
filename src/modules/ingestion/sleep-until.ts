import { type Clock } from '../../ports/clock.port.js';

/** A clock that jumps, or a machine that slept, is noticed within this time. */
const LOOK_EVERY_MS = 5_000;

/** Resolves when the wall clock has reached `timeMs`, or `signal` aborts. */
export async function sleepUntil(clock: Clock, timeMs: number, signal: AbortSignal): Promise<void> {
  for (let left = timeMs - clock.now(); left > 0 && !signal.aborted; left = timeMs - clock.now()) {
    await clock.sleep(Math.min(left, LOOK_EVERY_MS), signal);
  }
}
