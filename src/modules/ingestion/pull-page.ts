import { Injectable } from '@nestjs/common';
import { backoffMs } from '../../domain/backoff.js';
import { Clock } from '../../ports/clock.port.js';
import { abortReason } from '../../ports/retry-while-away.js';
import { SourceUnavailableError, type Page, type PageRequest, type UserSource } from '../../ports/user-source.port.js';
import { IngestionActivity, type Lane } from './ingestion-activity.js';

const PAUSE = { firstMs: 1_000, longestMs: 30_000 };

/** Gets a page of the source, however long that takes, up to a time. */
@Injectable()
export class PullPage {
  constructor(
    private readonly clock: Clock,
    private readonly activity: IngestionActivity,
  ) {}

  /**
   * While the source is unavailable it is asked again, after what it asked for or a growing pause, until `patienceMs`
   * from now have passed.
   * @throws SourceUnavailableError - the last of those answers.
   * @throws SourceRefusedError, or whatever else the source throws, at once; the signal's reason when it aborts.
   */
  async execute(source: UserSource, request: PageRequest, work: { readonly lane: Lane; readonly patienceMs: number; readonly signal: AbortSignal }): Promise<Page> {
    const { lane, patienceMs, signal } = work;
    const until = this.clock.monotonic() + patienceMs;
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await source.fetchPage(request, signal);
      } catch (error) {
        if (signal.aborted) throw abortReason(signal);
        this.activity.fetchFailed(lane, error);
        const left = until - this.clock.monotonic();
        if (!(error instanceof SourceUnavailableError) || left <= 0) throw error;
        await this.clock.sleep(Math.min(error.retryAfterMs ?? backoffMs(attempt, PAUSE), left), signal);
        if (signal.aborted) throw abortReason(signal);
        if (this.clock.monotonic() >= until) throw error;
      }
    }
  }
}
