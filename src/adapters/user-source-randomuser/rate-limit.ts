import { SourceUnavailableError } from '../../ports/user-source.port.js';
import { ceilingMs, type BackoffLimits, type Random } from '../shared/backoff.js';

/** For a 429 that does not say how long: up to the 5 minutes over which the public API counts. */
const UNSAID: BackoffLimits = { baseMs: 30_000, maxMs: 300_000 };

/**
 * Keeps a promise to a server that said "too many requests": until the time is over nothing is asked at all, whoever
 * calls. Half of an unsaid wait is chance, so that many instances do not come back together.
 */
export class RateLimit {
  private until = -Infinity;
  private inARow = 0;

  constructor(
    private readonly time: { monotonic(): number },
    private readonly random: Random,
  ) {}

  /** @throws SourceUnavailableError - the wait is not over. */
  check(): void {
    const leftMs = this.until - this.time.monotonic();
    if (leftMs > 0) throw rateLimited(leftMs);
  }

  /** Starts the wait that was asked for, or one of our own, and gives the error that says how long it is. */
  hit(askedMs: number | undefined): SourceUnavailableError {
    this.inARow += 1;
    const waitMs = askedMs ?? ceilingMs(this.inARow, UNSAID) * (0.5 + this.random() / 2);
    this.until = this.time.monotonic() + waitMs;
    return rateLimited(waitMs);
  }

  passed(): void {
    this.inARow = 0;
  }
}

function rateLimited(waitMs: number): SourceUnavailableError {
  return new SourceUnavailableError('rate-limited', `the source asked for a pause of ${Math.ceil(waitMs / 1_000)} s`, {
    httpStatus: 429,
    retryAfterMs: waitMs,
    remedy: 'lower INGEST_RATE: the public API gives 20,000 users per 5 minutes and address',
  });
}
