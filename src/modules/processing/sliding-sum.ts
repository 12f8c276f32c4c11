import { type Clock } from '../../ports/clock.port.js';

/** The sum of what was added in the last `windowMs`, to the precision of a slice, by the monotonic clock. */
export class SlidingSum {
  private readonly slices: Float64Array;
  private readonly sliceMs: number;
  private newest: number;
  private sum = 0;

  constructor(
    private readonly clock: Clock,
    windowMs: number,
    slices: number,
  ) {
    this.slices = new Float64Array(slices);
    this.sliceMs = windowMs / slices;
    this.newest = this.currentSlice();
  }

  add(amount: number): void {
    this.roll();
    const place = this.newest % this.slices.length;
    this.slices[place] = (this.slices[place] ?? 0) + amount;
    this.sum += amount;
  }

  total(): number {
    this.roll();
    return this.sum;
  }

  clear(): void {
    this.slices.fill(0);
    this.sum = 0;
  }

  /** Forgets the slices that have left the window. */
  private roll(): void {
    const current = this.currentSlice();
    if (current - this.newest >= this.slices.length) this.clear();
    else while (this.newest < current) this.forget((this.newest += 1) % this.slices.length);
    this.newest = current;
  }

  private forget(place: number): void {
    this.sum -= this.slices[place] ?? 0;
    this.slices[place] = 0;
  }

  private currentSlice(): number {
    return Math.floor(this.clock.monotonic() / this.sliceMs);
  }
}
