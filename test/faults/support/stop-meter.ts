import { type AppProcess } from '../../support/app-process.js';
import { storedBy } from './stored-by.js';

const EVERY_MS = 200;

/** Measures the longest time in which no process stored anything, by what they say themselves: under a load that never rests. */
export class StopMeter {
  /** Seconds; also of the stretch that has not ended yet. */
  longest = 0;
  stored = 0;
  private movedAt = performance.now();
  private readonly stopping = new AbortController();
  private readonly watching: Promise<void>;

  constructor(private readonly apps: readonly AppProcess[]) {
    this.watching = this.watch();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.watching;
  }

  private async watch(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      // A look that fails ends no stretch: the next one tells whether anything was stored meanwhile.
      const counts = await Promise.all(this.apps.map(storedBy)).catch(() => []);
      const stored = counts.reduce((sum, one) => sum + one, 0);
      const now = performance.now();
      this.longest = Math.max(this.longest, (now - this.movedAt) / 1_000);
      if (stored > this.stored) this.movedAt = now;
      this.stored = Math.max(this.stored, stored);
      await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
    }
  }
}
