import { Injectable } from '@nestjs/common';
import { Clock } from '../../ports/clock.port.js';

/** setTimeout counts in 32 bits: longer waits are cut into stretches of this length. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** The machine's own clocks. */
@Injectable()
export class SystemClock extends Clock {
  now(): number {
    return Date.now();
  }

  monotonic(): number {
    return performance.now();
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    const until = this.monotonic() + ms;
    for (let left = ms; left > 0 && signal?.aborted !== true; left = until - this.monotonic()) {
      await this.timer(Math.min(left, LONGEST_TIMER_MS), signal);
    }
  }

  private timer(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', end);
        resolve();
      };
      const timer = setTimeout(end, ms);
      signal?.addEventListener('abort', end, { once: true });
    });
  }
}
