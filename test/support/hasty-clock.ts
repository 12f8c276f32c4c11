import { Clock } from '../../src/ports/clock.port.js';

/** Time in which every wait is over at once, and is written down; waits of `endlessMs`, which only guard something, last until they are called off. */
export class HastyClock extends Clock {
  readonly waits: number[] = [];
  private elapsed = 0;

  constructor(private readonly endlessMs: number) {
    super();
  }

  now(): number {
    return Date.UTC(2026, 0, 1) + this.elapsed;
  }

  monotonic(): number {
    return this.elapsed;
  }

  pass(ms: number): void {
    this.elapsed += ms;
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (ms === this.endlessMs) return new Promise((resolve) => signal?.addEventListener('abort', () => resolve(), { once: true }));
    this.waits.push(ms);
    this.elapsed += ms;
  }
}
