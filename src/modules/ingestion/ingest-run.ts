import { Injectable, Logger } from '@nestjs/common';
import { PipelineError } from '../../domain/errors.js';
import { sizeOfPage, type Plan } from '../../domain/run.js';
import { Clock } from '../../ports/clock.port.js';
import { SourceUnavailableError, UserSources, type UserSource } from '../../ports/user-source.port.js';
import { Journal, type Progress } from '../journal/index.js';
import { AttemptLog } from './attempt-log.js';
import { ClaimRun, type Attempt } from './claim-run.js';
import { IngestionActivity, type Lane } from './ingestion-activity.js';
import { Pace } from './pace.js';
import { PublishPage } from './publish-page.js';
import { PullPage } from './pull-page.js';
import { verdictOf, type Ending, type Verdict } from './run-verdict.js';
import { type Shutdown } from './shutdown.js';

/** A page is fetched so long before it is due as the last fetch took, but no longer: what waits here gets old. */
const LONGEST_LEAD_MS = 1_000;

/** Carries a plan out, from the page after the last one that is on the log. */
@Injectable()
export class IngestRun {
  private readonly logger = new Logger('Ingestion');

  constructor(
    private readonly sources: UserSources,
    private readonly clock: Clock,
    private readonly journal: Journal,
    private readonly claims: ClaimRun,
    private readonly pullPage: PullPage,
    private readonly publishPage: PublishPage,
    private readonly activity: IngestionActivity,
  ) {}

  /** Resolves when the attempt is over and the journal says how. On a stop the page in hand is finished and the claim released. */
  async execute(attempt: Attempt, lane: Lane, shutdown: Shutdown): Promise<void> {
    const log = new AttemptLog(this.journal, this.clock, attempt);
    let verdict: Verdict | null = null;
    this.activity.runBegan(lane, attempt);
    try {
      const ending = await this.carryOut(attempt, log, lane, shutdown);
      if (ending === 'stopped') await log.release(shutdown.abandoning);
      else if (ending === 'superseded') this.logger.warn(`run ${attempt.runId} was taken over by another instance`);
      else {
        verdict = verdictOf(attempt.plan, ending, log.total);
        await log.finish(verdict, shutdown.abandoning);
        this.say(attempt.runId, verdict, log.total.published);
      }
    } finally {
      this.activity.runEnded(lane, verdict);
    }
  }

  private async carryOut(attempt: Attempt, log: AttemptLog, lane: Lane, shutdown: Shutdown): Promise<Ending | 'stopped' | 'superseded'> {
    try {
      return await this.publishPages(attempt, log, lane, shutdown);
    } catch (error) {
      const asked = error === shutdown.stopping.reason || error === shutdown.abandoning.reason;
      if (!asked && !(error instanceof PipelineError)) this.logger.error(`run ${attempt.runId} met what nobody foresaw`, error instanceof Error ? error.stack : undefined);
      if (shutdown.stopping.aborted) return 'stopped';
      if (error instanceof SourceUnavailableError) return { kind: 'gave-up', error };
      return { kind: 'failed', error };
    }
  }

  /** The time of an attempt is its start by the wall clock and goes on by the monotonic one: jumps don't reach its pace. */
  private async publishPages(attempt: Attempt, log: AttemptLog, lane: Lane, { stopping, abandoning }: Shutdown): Promise<Ending | 'stopped' | 'superseded'> {
    const { plan } = attempt;
    const source = this.sources.open(plan.source);
    const offsetMs = this.clock.now() - this.clock.monotonic();
    const now = () => offsetMs + this.clock.monotonic();
    const pace = new Pace(plan, { startedAtMs: now(), firstPage: log.figures.page + 1 });
    if (pace.isEarly) this.logger.warn(`run ${attempt.runId} was planned while the clock was ahead, for ${new Date(plan.window.startMs).toISOString()}: it goes on now`);
    const openUntilMs = attempt.before.published > 0 ? Math.min(plan.window.endMs, pace.endMs) : pace.endMs;
    let publishedAtMs: number | null = null;
    let leadMs = 0;
    while (!isDone(plan, log.figures)) {
      const page = log.figures.page + 1;
      const dueMs = pace.dueMs(page, publishedAtMs);
      await this.clock.sleep(dueMs - leadMs - now(), stopping);
      if (stopping.aborted) return 'stopped';
      if (!this.claims.holds(attempt)) return 'superseded';
      if (isOpen(plan) && now() >= openUntilMs) break;
      const fetchFromMs = now();
      const content = await this.pull(source, attempt, log.figures, { lane, patienceMs: pace.endMs - fetchFromMs, signal: stopping });
      leadMs = Math.min(now() - fetchFromMs, LONGEST_LEAD_MS);
      await this.clock.sleep(dueMs - now(), stopping);
      if (stopping.aborted) return 'stopped';
      const { positions, rejected } = await this.publishPage.execute(attempt, { page, content }, { lane, signal: abandoning });
      publishedAtMs = now();
      this.activity.pagePublished(lane, { page, published: positions.length, rejected: rejected.length });
      const fetched = content.users.length + content.rejected.length;
      await log.add({ page, next: content.next, fetched, positions, rejected }, pace.dueMs(page + 1, publishedAtMs) - now(), abandoning);
    }
    return { kind: 'completed' };
  }

  private pull(source: UserSource, { runId, plan }: Attempt, figures: Progress, work: Parameters<PullPage['execute']>[2]): ReturnType<PullPage['execute']> {
    const page = figures.page + 1;
    return this.pullPage.execute(source, { runId, seed: plan.seed, page, cursor: figures.cursor, size: sizeOfPage(plan, page) }, work);
  }

  private say(runId: string, { outcome, code, reason }: Verdict, published: number): void {
    if (outcome === 'succeeded') this.logger.log(`run ${runId} succeeded: ${published} users published`);
    else this.logger.warn(`run ${runId} ${outcome}: ${published} users published; ${code ?? ''} ${reason ?? ''}`.trimEnd());
  }
}

/** Whether all of the plan is on the log: its last page, or the page that a finite source ended with. */
function isDone(plan: Plan, figures: Progress): boolean {
  if (plan.lastPage !== null && figures.page >= plan.lastPage) return true;
  return plan.endsWithSource && figures.page >= plan.firstPage && figures.cursor === null;
}

/** As fast as an endless source gives, for as long as the window. */
function isOpen(plan: Plan): boolean {
  return plan.rate === 0 && plan.count === null && !plan.endsWithSource;
}
