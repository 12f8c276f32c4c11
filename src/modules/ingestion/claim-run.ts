import { Inject, Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { type Plan } from '../../domain/run.js';
import { Journal, type Progress } from '../journal/index.js';
import { INGESTION_OPTIONS } from './ingestion.module-definition.js';
import type { IngestionOptions } from './ingestion.options.js';

export interface Claimable {
  readonly runId: string;
  readonly trigger: 'slot' | 'manual';
  readonly requestId: string | null;
  /** What to do if nobody has claimed it before; otherwise the first claim's plan holds. */
  readonly plan: Plan;
}

/** One try at a run: the claim that holds, the plan to carry out, and how far the run had come. */
export interface Attempt {
  readonly runId: string;
  readonly claimId: string;
  readonly plan: Plan;
  readonly before: Progress;
}

/** Claims a run by writing so to the journal: of several claims the first on the log holds, and everybody agrees which. */
@Injectable()
export class ClaimRun {
  constructor(
    private readonly journal: Journal,
    @Inject(INGESTION_OPTIONS) private readonly options: IngestionOptions,
  ) {}

  /** Null if the run is somebody else's, or over. A claim that is open is superseded. */
  async execute(run: Claimable, signal: AbortSignal): Promise<Attempt | null> {
    const claimId = uuidv7();
    const known = this.journal.state().runs.get(run.runId);
    await this.journal.append(
      {
        type: 'run.claimed',
        runId: run.runId,
        claimId,
        supersedes: known?.attempts.at(-1)?.claimId ?? null,
        instance: this.options.instanceId,
        trigger: run.trigger,
        requestId: run.requestId,
        plan: known?.plan ?? run.plan,
      },
      signal,
    );
    const claimed = this.journal.state().runs.get(run.runId);
    if (claimed === undefined || claimed.attempts.at(-1)?.claimId !== claimId) return null;
    return { runId: run.runId, claimId, plan: claimed.plan, before: claimed.progress };
  }

  /** Whether an attempt's claim still is the run's current one. */
  holds(attempt: Attempt): boolean {
    return this.journal.state().runs.get(attempt.runId)?.attempts.at(-1)?.claimId === attempt.claimId;
  }
}
