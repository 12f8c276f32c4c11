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

/** Counts failed authentications by address. Successes are not counted and not held up: who has the key is never locked out by a neighbour. */
@Injectable()
export class FailedAttempts {
  private readonly byAddress = new Map<string, Failures>();

  constructor(private readonly clock: Clock) {}

  /** Counts one; answers for how many milliseconds the address must wait, 0 while it may try again at once. */
  add(address: string): number {
    const nowMs = this.clock.monotonic();
    const failures = this.open(address, nowMs);
    failures.count += 1;
    return failures.count > FAILURES_PER_WINDOW ? failures.untilMs - nowMs : 0;
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
