const SECONDS = 10;

/** Events per second over the last ten seconds, by a monotonic clock. */
export class RateMeter {
  private readonly buckets = new Array<number>(SECONDS).fill(0);
  private second: number;

  constructor(private readonly startedAtMs: number) {
    this.second = Math.floor(startedAtMs / 1_000);
  }

  add(count: number, nowMs: number): void {
    this.moveTo(nowMs);
    const bucket = this.second % SECONDS;
    this.buckets[bucket] = (this.buckets[bucket] ?? 0) + count;
  }

  perSecond(nowMs: number): number {
    this.moveTo(nowMs);
    const total = this.buckets.reduce((sum, count) => sum + count, 0);
    const seconds = Math.min(SECONDS - 1 + (nowMs % 1_000) / 1_000, (nowMs - this.startedAtMs) / 1_000);
    return total / Math.max(seconds, 1);
  }

  private moveTo(nowMs: number): void {
    const now = Math.floor(nowMs / 1_000);
    for (const stop = Math.min(now, this.second + SECONDS); this.second < now; ) {
      this.second = this.second < stop ? this.second + 1 : now;
      this.buckets[this.second % SECONDS] = 0;
    }
  }
}
