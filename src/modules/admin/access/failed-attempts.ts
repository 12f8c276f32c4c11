import { Injectable } from '@nestjs/common';
import { Clock } from '../../../ports/clock.port.js';

/** How many failures an address has in a window before it is told to wait. */
export const FAILURES_PER_WINDOW = 10;
export const WINDOW_MS = 60_000;

/** How many addresses are remembered at once; beyond it the oldest is forgotten, so that nobody can fill our memory. */
const MAX_ADDRESSES = 10_000;

interface Failures {
  count: number;
  readonly untilMs: number;
}

/** Counts failed authentications by address, in windows that begin with an address's first failure. Successes are not counted. */
@Injectable()
export class FailedAttempts {
  private readonly byAddress = new Map<string, Failures>();

  constructor(private readonly clock: Clock) {}

  /** For how many milliseconds the address must wait, 0 while it may try. */
  waitMs(address: string): number {
    const failures = this.byAddress.get(address);
    return failures === undefined || failures.count < FAILURES_PER_WINDOW ? 0 : Math.max(0, failures.untilMs - this.clock.monotonic());
  }

  add(address: string): void {
    this.open(address, this.clock.monotonic()).count += 1;
  }

  private open(address: string, nowMs: number): Failures {
    const known = this.byAddress.get(address);
    if (known !== undefined && known.untilMs > nowMs) return known;
    this.byAddress.delete(address);
    if (this.byAddress.size >= MAX_ADDRESSES) this.forgetOldest();
    const failures = { count: 0, untilMs: nowMs + WINDOW_MS };
    this.byAddress.set(address, failures);
    return failures;
  }

  private forgetOldest(): void {
    const oldest = this.byAddress.keys().next();
    if (oldest.done !== true) this.byAddress.delete(oldest.value);
  }
}
