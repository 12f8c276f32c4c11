import { Inject, Injectable, Logger } from '@nestjs/common';
import { slotRunId } from '../../domain/ids.js';
import { Clock } from '../../ports/clock.port.js';
import { type UserSource } from '../../ports/user-source.port.js';
import { Journal } from '../journal/index.js';
import { AttemptLog } from './attempt-log.js';
import { ClaimRun, type Attempt } from './claim-run.js';
import { IngestRun } from './ingest-run.js';
import { INGESTION_OPTIONS } from './ingestion.module-definition.js';
import type { IngestionOptions } from './ingestion.options.js';
import { planSlot } from './plan-run.js';
import { type Verdict } from './run-verdict.js';
import { type Shutdown } from './shutdown.js';
import { type Slot } from './slots.js';

const WINDOW_PASSED: Verdict = { outcome: 'skipped', code: 'run.window-passed', reason: 'its window had passed before the run ahead of it ended', httpStatus: null };
const MISSED: Verdict = { outcome: 'skipped', code: 'run.missed', reason: 'nobody was awake in its window: the machine slept, or its clock was set ahead', httpStatus: null };

/** Carries out the run of a slot: what is still due of it, or nothing if its window has passed. */
@Injectable()
export class IngestSlot {
  private readonly logger = new Logger('Ingestion');

  constructor(
    private readonly journal: Journal,
    private readonly clock: Clock,
    private readonly claims: ClaimRun,
    private readonly ingest: IngestRun,
    @Inject(INGESTION_OPTIONS) private readonly options: IngestionOptions,
  ) {}

  /** Resolves when the run is over; a slot whose run is known already has been carried out, or is somebody else's. */
  async execute({ window, missed }: Slot, source: UserSource, shutdown: Shutdown): Promise<void> {
    const runId = slotRunId(this.options.pipeline, window.startMs);
    if (this.journal.state().runs.has(runId)) return;
    const nowMs = this.clock.now();
    const plan = planSlot({ runId, window }, this.options, source, nowMs);
    const attempt = await this.claims.execute({ runId, trigger: 'slot', requestId: null, plan }, shutdown.abandoning);
    if (attempt === null) return;
    if (nowMs >= window.endMs) await this.skip(attempt, missed ? MISSED : WINDOW_PASSED, shutdown.abandoning);
    else await this.ingest.execute(attempt, 'slots', shutdown);
  }

  private async skip(attempt: Attempt, verdict: Verdict, signal: AbortSignal): Promise<void> {
    await new AttemptLog(this.journal, this.clock, attempt).finish(verdict, signal);
    this.logger.warn(`the slot of ${new Date(attempt.plan.window.startMs).toISOString()} is skipped: ${verdict.reason}`);
  }
}
