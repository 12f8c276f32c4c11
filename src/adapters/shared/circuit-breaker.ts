export interface CircuitBreakerOptions {
  /** How many failures in a row open it. */
  readonly failures: number;
  /** Milliseconds that it stays open before one call may try. */
  readonly openMs: number;
}

export type CircuitState = 'closed' | 'open' | 'half-open';

/** Nothing was called: the last calls failed, and the other side gets a rest. */
export class CircuitOpenError extends Error {
  constructor(
    /** Milliseconds until a call may try. */
    readonly retryAfterMs: number,
  ) {
    super(`the circuit is open for another ${Math.ceil(retryAfterMs)} ms`);
    this.name = 'CircuitOpenError';
  }
}

/**
 * Stops calling what keeps failing: after `failures` in a row nothing is called for `openMs`, then one call tries, and
 * its outcome closes the circuit or opens it again. Our own few lines, because time is an argument here: cockatiel's
 * breaker reads `Date.now()`, which may jump.
 */
export class CircuitBreaker {
  private failed = 0;
  private openUntil = -Infinity;
  private trying = false;

  constructor(
    private readonly options: CircuitBreakerOptions,
    private readonly time: { monotonic(): number },
  ) {}

  get state(): CircuitState {
    if (this.failed < this.options.failures) return 'closed';
    return this.time.monotonic() < this.openUntil ? 'open' : 'half-open';
  }

  /**
   * Calls `work`, unless the circuit is open. `isFailure` tells what counts: an aborted or refused call says nothing
   * about the other side's health and neither opens nor closes the circuit.
   * @throws CircuitOpenError - `work` was not called.
   */
  async run<Result>(work: () => Promise<Result>, isFailure: (error: unknown) => boolean): Promise<Result> {
    const { state } = this;
    if (state === 'open') throw new CircuitOpenError(this.openUntil - this.time.monotonic());
    if (state === 'half-open' && this.trying) throw new CircuitOpenError(0);
    this.trying = state === 'half-open';
    try {
      const result = await work();
      this.failed = 0;
      return result;
    } catch (error) {
      if (isFailure(error)) this.fail();
      throw error;
    } finally {
      this.trying = false;
    }
  }

  private fail(): void {
    this.failed += 1;
    if (this.failed >= this.options.failures) this.openUntil = this.time.monotonic() + this.options.openMs;
  }
}
