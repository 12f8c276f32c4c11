import { type Clock } from '../../ports/clock.port.js';

export interface Percentiles {
  readonly p50: number;
  readonly p99: number;
}

/** Up to here every millisecond has a bucket of its own; above, each doubling is cut into 16. */
const EXACT_BELOW_MS = 128;
const EXACT_BITS = 7;
const STEP_BITS = 4;
const STEPS = 1 << STEP_BITS;
/** 2^31 ms, 24 days: anything longer counts as that. */
const HIGHEST_BIT = 31;
const BUCKETS = EXACT_BELOW_MS + (HIGHEST_BIT - EXACT_BITS) * STEPS;
const LONGEST_MS = 2 ** HIGHEST_BIT - 1;

/**
 * Percentiles of the durations of the last one to two minutes, exact to the millisecond below 128 ms and to a
 * sixteenth above. Fixed in size; recording allocates nothing.
 */
export class LatencyHistogram {
  private current = new Uint32Array(BUCKETS);
  private previous = new Uint32Array(BUCKETS);
  private currentSince: number;

  constructor(
    private readonly clock: Clock,
    private readonly turnMs = 60_000,
  ) {
    this.currentSince = clock.monotonic();
  }

  /** @param ms - negative durations (clocks of two machines) count as 0. */
  record(ms: number): void {
    const bucket = bucketOf(Math.min(Math.max(Math.trunc(ms), 0), LONGEST_MS));
    this.current[bucket] = (this.current[bucket] ?? 0) + 1;
  }

  /** Null without a sample. */
  percentiles(): Percentiles | null {
    this.turn();
    let samples = 0;
    for (let bucket = 0; bucket < BUCKETS; bucket += 1) samples += this.countIn(bucket);
    return samples === 0 ? null : { p50: this.valueAt(Math.ceil(samples * 0.5)), p99: this.valueAt(Math.ceil(samples * 0.99)) };
  }

  /** Lets old samples go. Whoever records calls it once a batch. */
  turn(): void {
    const age = this.clock.monotonic() - this.currentSince;
    if (age < this.turnMs) return;
    const emptied = this.previous.fill(0);
    this.previous = age < 2 * this.turnMs ? this.current : emptied;
    this.current = age < 2 * this.turnMs ? emptied : this.current.fill(0);
    this.currentSince = this.clock.monotonic();
  }

  private countIn(bucket: number): number {
    return (this.current[bucket] ?? 0) + (this.previous[bucket] ?? 0);
  }

  /** The lowest duration of the bucket that holds the `rank`th smallest sample. */
  private valueAt(rank: number): number {
    let seen = 0;
    for (let bucket = 0; bucket < BUCKETS; bucket += 1) {
      seen += this.countIn(bucket);
      if (seen >= rank) return lowestOf(bucket);
    }
    return LONGEST_MS;
  }
}

function bucketOf(ms: number): number {
  if (ms < EXACT_BELOW_MS) return ms;
  const highestBit = 31 - Math.clz32(ms);
  const step = (ms >>> (highestBit - STEP_BITS)) & (STEPS - 1);
  return EXACT_BELOW_MS + (highestBit - EXACT_BITS) * STEPS + step;
}

function lowestOf(bucket: number): number {
  if (bucket < EXACT_BELOW_MS) return bucket;
  const above = bucket - EXACT_BELOW_MS;
  const highestBit = EXACT_BITS + Math.floor(above / STEPS);
  return 2 ** highestBit + (above % STEPS) * 2 ** (highestBit - STEP_BITS);
}
