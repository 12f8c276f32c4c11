import { Inject, Injectable } from '@nestjs/common';
import { manualRunId } from '../../domain/ids.js';
import { Clock } from '../../ports/clock.port.js';
import { type UserSource } from '../../ports/user-source.port.js';
import { Journal, type RequestedRun } from '../journal/index.js';
import { AttemptLog } from './attempt-log.js';
import { ClaimRun } from './claim-run.js';
import { IngestRun } from './ingest-run.js';
import { INGESTION_OPTIONS } from './ingestion.module-definition.js';
import type { IngestionOptions } from './ingestion.options.js';
import { faultOfPlan } from './plan-limits.js';
import { planRequest } from './plan-run.js';
import { verdictOf } from './run-verdict.js';
import { type Shutdown } from './shutdown.js';

/** Carries out a run that somebody asked for. */
@Injectable()
export class IngestRequest {
  constructor(
    private readonly journal: Journal,
    private readonly clock: Clock,
    private readonly claims: ClaimRun,
    private readonly ingest: IngestRun,
    @Inject(INGESTION_OPTIONS) private readonly options: IngestionOptions,
  ) {}

  /** Resolves when the run is over. One that is too large for the source of this process fails, and says so: every request gets its answer. */
  async execute(asked: RequestedRun, source: UserSource, shutdown: Shutdown): Promise<void> {
    const runId = manualRunId(this.options.pipeline, asked.requestId);
    const plan = planRequest({ runId, request: asked.request, requestedAtMs: asked.requestedAtMs }, this.options, source);
    const attempt = await this.claims.execute({ runId, trigger: 'manual', requestId: asked.requestId, plan }, shutdown.abandoning);
    if (attempt === null) return;
    const fault = faultOfPlan(attempt.plan, source);
    if (fault === null) await this.ingest.execute(attempt, 'requests', shutdown);
    else await new AttemptLog(this.journal, this.clock, attempt).finish(verdictOf(plan, { kind: 'failed', error: fault }, { fetched: 0, published: 0, rejected: {} }), shutdown.abandoning);
  }
}
