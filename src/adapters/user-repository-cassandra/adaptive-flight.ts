import { type Clock } from '../../ports/clock.port.js';

export interface FlightLimits {
  readonly start: number;
  readonly least: number;
  readonly most: number;
  /** What was sent before a halving fails after it: no second halving within so many milliseconds. */
  readonly settleMs: number;
}

/** One connection takes 2,048 requests and then refuses; long before that they only queue in the server. */
const DEFAULTS: FlightLimits = { start: 32, least: 2, most: 256, settleMs: 200 };

/**
 * How many requests are under way at once: halved when the server is overloaded or times out, one more for each full
 * round of successes. What does not fit waits here, in its order, not in the server.
 */
export class AdaptiveFlight {
  private readonly limits: FlightLimits;
  private readonly waiting: (() => void)[] = [];
  private limit: number;
  private flying = 0;
  private successes = 0;
  private lastHalvedMs = -Infinity;

  constructor(
    private readonly clock: Clock,
    limits: Partial<FlightLimits> = {},
  ) {
    this.limits = { ...DEFAULTS, ...limits };
    this.limit = this.limits.start;
  }

  /** How many may be under way now. */
  get width(): number {
    return this.limit;
  }

  /** Does `work` when there is room. `isTooMuch` says of an error whether there was too much under way. */
  async run<Result>(work: () => Promise<Result>, isTooMuch: (error: unknown) => boolean): Promise<Result> {
    await this.enter();
    try {
      const result = await work();
      this.succeeded();
      return result;
    } catch (error) {
      if (isTooMuch(error)) this.halve();
      throw error;
    } finally {
      this.flying -= 1;
      this.admit();
    }
  }

  private async enter(): Promise<void> {
    if (this.flying < this.limit && this.waiting.length === 0) {
      this.flying += 1;
      return;
    }
    // Whoever admits us has counted us.
    await new Promise<void>((resolve) => this.waiting.push(resolve));
  }

  private admit(): void {
    while (this.flying < this.limit) {
      const next = this.waiting.shift();
      if (next === undefined) return;
      this.flying += 1;
      next();
    }
  }

  private succeeded(): void {
    this.successes += 1;
    if (this.successes < this.limit) return;
    this.successes = 0;
    this.limit = Math.min(this.limits.most, this.limit + 1);
  }

  private halve(): void {
    const now = this.clock.monotonic();
    if (now - this.lastHalvedMs < this.limits.settleMs) return;
    this.lastHalvedMs = now;
    this.successes = 0;
    this.limit = Math.max(this.limits.least, Math.floor(this.limit / 2));
  }
}
