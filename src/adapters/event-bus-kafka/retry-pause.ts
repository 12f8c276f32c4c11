import { type Sleeper } from '../shared/backoff.js';

/** The pause before a rejected batch comes again; one at a time. */
export class RetryPause {
  private current: AbortController | null = null;

  constructor(private readonly sleeper: Sleeper) {}

  get isOn(): boolean {
    return this.current !== null;
  }

  /** Calls `over` after so many milliseconds, unless it is called off before. */
  begin(ms: number, over: () => void): void {
    this.callOff();
    const pause = new AbortController();
    this.current = pause;
    void this.sleeper.sleep(ms, pause.signal).then(() => {
      if (this.current !== pause) return;
      this.current = null;
      over();
    });
  }

  callOff(): void {
    const { current } = this;
    this.current = null;
    current?.abort();
  }
}
