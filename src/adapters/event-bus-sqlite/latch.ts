import { type Sleeper } from '../shared/backoff.js';

/** A bell for one who waits: rung before the wait begins, it is not lost; rung twice, it is heard once. */
export class Latch {
  private rung = false;
  private waiting: (() => void) | null = null;

  ring(): void {
    this.rung = true;
    this.waiting?.();
  }

  /** Resolves once it has been rung, and resets it. One waits at a time. */
  async heard(): Promise<void> {
    if (!this.rung) await new Promise<void>((resolve) => (this.waiting = resolve));
    this.waiting = null;
    this.rung = false;
  }

  /** Resolves once it has been rung, or after so many milliseconds. */
  async heardWithin(ms: number, sleeper: Sleeper): Promise<void> {
    const timer = new AbortController();
    void sleeper.sleep(ms, timer.signal).then(() => {
      if (!timer.signal.aborted) this.ring();
    });
    await this.heard();
    timer.abort();
  }
}
