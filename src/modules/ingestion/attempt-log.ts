import { type Clock } from '../../ports/clock.port.js';
import { type Journal, type Progress } from '../journal/index.js';
import { addCounts, addPage, figuresAfter, type PublishedPage } from './attempt-figures.js';
import { type Attempt } from './claim-run.js';
import { type Verdict } from './run-verdict.js';

/**
 * How often figures are written at most while pages follow each other fast. What a kill makes an attempt forget is
 * published once more by the next one: the same events.
 */
const WRITE_EVERY_MS = 250;

/** The figures of one attempt, and how they get to the journal. */
export class AttemptLog {
  private progress: Progress;
  private writtenAtMs = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly journal: Journal,
    private readonly clock: Clock,
    private readonly attempt: Attempt,
  ) {
    this.progress = figuresAfter(attempt.before);
  }

  get figures(): Progress {
    return this.progress;
  }

  /** The figures of the run: of this attempt and of those before it. */
  get total(): Pick<Progress, 'fetched' | 'published' | 'rejected'> {
    const { before } = this.attempt;
    return { fetched: before.fetched + this.progress.fetched, published: before.published + this.progress.published, rejected: addCounts(before.rejected, this.progress.rejected) };
  }

  /** Takes a published page in; it is written at once, unless the one before was just written and the next comes at once. */
  async add(page: PublishedPage, untilNextMs: number, signal: AbortSignal): Promise<void> {
    this.progress = addPage(this.progress, page);
    const now = this.clock.monotonic();
    if (untilNextMs < WRITE_EVERY_MS && now - this.writtenAtMs < WRITE_EVERY_MS) return;
    this.writtenAtMs = now;
    await this.journal.append({ type: 'run.progressed', ...this.claim, progress: this.progress }, signal);
  }

  async finish(verdict: Verdict, signal: AbortSignal): Promise<void> {
    await this.journal.append({ type: 'run.finished', ...this.claim, ...verdict, progress: this.progress }, signal);
  }

  async release(signal: AbortSignal): Promise<void> {
    await this.journal.append({ type: 'run.released', ...this.claim, progress: this.progress }, signal);
  }

  private get claim(): { readonly runId: string; readonly claimId: string } {
    return { runId: this.attempt.runId, claimId: this.attempt.claimId };
  }
}
