import { type AppProcess } from '../../support/app-process.js';
import { RepeatedLook } from './repeated-look.js';
import { storedBy } from './stored-by.js';

/** Measures the longest time in which no process stored anything, by what they say themselves: under a load that never rests. */
export class StopMeter {
  /** Seconds; also of the stretch that has not ended yet. */
  longest = 0;
  stored = 0;
  private movedAt = performance.now();
  private readonly looking: RepeatedLook;

  constructor(private readonly apps: readonly AppProcess[]) {
    this.looking = new RepeatedLook(() => this.look());
  }

  stop(): Promise<void> {
    return this.looking.stop();
  }

  /** Processes that cannot be asked have stored nothing, as far as anybody can tell: the stretch goes on. */
  private async look(): Promise<void> {
    const counts = await Promise.all(this.apps.map(storedBy)).catch(() => []);
    const stored = counts.reduce((sum, one) => sum + one, 0);
    const now = performance.now();
    this.longest = Math.max(this.longest, (now - this.movedAt) / 1_000);
    if (stored > this.stored) this.movedAt = now;
    this.stored = Math.max(this.stored, stored);
  }
}
