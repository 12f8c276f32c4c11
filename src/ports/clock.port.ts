/** Time as an argument: what waits or stamps takes a Clock, so that a test can be a year long. */
export abstract class Clock {
  /** Milliseconds since 1970. May jump, both ways. */
  abstract now(): number;
  /** Milliseconds since some start; never goes back. For durations. */
  abstract monotonic(): number;
  /** Resolves after `ms` by the monotonic clock, or as soon as `signal` aborts; it never rejects. */
  abstract sleep(ms: number, signal?: AbortSignal): Promise<void>;
}
