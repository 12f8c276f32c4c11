import { Injectable, Logger } from '@nestjs/common';
import { Journal } from '../journal/index.js';
import { ClaimRun, type Attempt } from './claim-run.js';
import { type Lane } from './ingestion-activity.js';

/** Claims every run that is open: one ingestion process is supported, so whoever held them is gone. */
@Injectable()
export class TakeOverRuns {
  private readonly logger = new Logger('Ingestion');

  constructor(
    private readonly journal: Journal,
    private readonly claims: ClaimRun,
  ) {}

  /** The attempts to carry out, by lane, those of earlier slots first. */
  async execute(signal: AbortSignal): Promise<Readonly<Record<Lane, readonly Attempt[]>>> {
    const attempts: Record<Lane, Attempt[]> = { slots: [], requests: [] };
    const open = [...this.journal.state().runs.values()].filter((run) => run.outcome === null);
    for (const run of open.sort((a, b) => a.plan.window.startMs - b.plan.window.startMs)) {
      const attempt = await this.claims.execute(run, signal);
      if (attempt === null) continue;
      attempts[run.trigger === 'slot' ? 'slots' : 'requests'].push(attempt);
      this.logger.log(`run ${run.runId} goes on after page ${attempt.before.page}`);
    }
    return attempts;
  }
}
