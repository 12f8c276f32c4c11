import { SystemClock } from '../../src/adapters/clock-system/system-clock.js';

/** The machine's clock, and a test may skip ahead in it. What sleeps goes on sleeping. */
export class SkippingClock extends SystemClock {
  private skippedMs = 0;
  private jumpedMs = 0;

  override now(): number {
    return super.now() + this.skippedMs + this.jumpedMs;
  }

  override monotonic(): number {
    return super.monotonic() + this.skippedMs;
  }

  skip(ms: number): void {
    this.skippedMs += ms;
  }

  /** Somebody sets the wall clock; the monotonic one does not notice. */
  jump(ms: number): void {
    this.jumpedMs += ms;
  }
}
