import { Clock } from '../../src/ports/clock.port.js';

interface Sleeper {
  readonly until: number;
  readonly wake: () => void;
}

/** Time that a test moves by hand. `advance` wakes sleepers in order and lets what they started run. */
export class FakeClock extends Clock {
  private elapsed = 0;
  private sleepers: Sleeper[] = [];

  constructor(private startMs = Date.UTC(2026, 0, 1)) {
    super();
  }

  now(): number {
    return this.startMs + this.elapsed;
  }

  monotonic(): number {
    return this.elapsed;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (ms <= 0 || signal?.aborted === true) return Promise.resolve();
    return new Promise((resolve) => {
      const end = () => {
        this.sleepers = this.sleepers.filter((other) => other !== sleeper);
        signal?.removeEventListener('abort', end);
        resolve();
      };
      const sleeper: Sleeper = { until: this.elapsed + ms, wake: end };
      this.sleepers.push(sleeper);
      signal?.addEventListener('abort', end, { once: true });
    });
  }

  /** The wall clock jumps; the monotonic one does not notice. */
  jump(ms: number): void {
    this.startMs += ms;
  }

  async advance(ms: number): Promise<void> {
    const target = this.elapsed + ms;
    await settle();
    for (;;) {
      const next = this.sleepers.filter((sleeper) => sleeper.until <= target).sort((a, b) => a.until - b.until)[0];
      if (next === undefined) break;
      this.elapsed = Math.max(this.elapsed, next.until);
      this.sleepers = this.sleepers.filter((sleeper) => sleeper !== next);
      next.wake();
      await settle();
    }
    this.elapsed = target;
    await settle();
  }
}

/** Lets promises that are ready run, and I/O that is ready come in. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
