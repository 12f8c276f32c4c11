import { Inject, Injectable } from '@nestjs/common';
import { manualRunId } from '../../domain/ids.js';
import { type SourceSpec } from '../../domain/run.js';
import { Clock } from '../../ports/clock.port.js';
import { UserSources } from '../../ports/user-source.port.js';
import { Journal, type By, type RunRequest } from '../journal/index.js';
import { INGESTION_CONTROL_OPTIONS } from './ingestion.module-definition.js';
import type { IngestionControlOptions } from './ingestion.options.js';
import { faultOfPlan } from './plan-limits.js';
import { planRequest } from './plan-run.js';

/** Asks for a run, from any process: whichever ingests reads so in the journal and carries it out. */
@Injectable()
export class RequestRun {
  constructor(
    private readonly journal: Journal,
    private readonly sources: UserSources,
    private readonly clock: Clock,
    @Inject(INGESTION_CONTROL_OPTIONS) private readonly options: IngestionControlOptions,
  ) {}

  /**
   * Resolves when the request is durable; the run has an id before anybody has claimed it.
   * @throws PlanTooLargeError - the pipeline's source cannot carry it out; nothing was asked for.
   * @throws SourceRefusedError - this process does not know the pipeline's source.
   */
  async execute(request: RunRequest, by: By): Promise<{ readonly requestId: string; readonly runId: string }> {
    const source = this.sources.open(this.sourceSpec());
    const fault = faultOfPlan(planRequest({ runId: '', request, requestedAtMs: this.clock.now() }, this.options, source), source);
    if (fault !== null) throw fault;
    const { id } = await this.journal.append({ type: 'run.requested', request, by });
    return { requestId: id, runId: manualRunId(this.options.pipeline, id) };
  }

  /** The one that ingestion will take, as far as it is known by now. */
  private sourceSpec(): SourceSpec {
    const { source } = this.options;
    if (source.kind === 'fixed') return source.spec;
    return this.journal.state().source?.spec ?? source.preferred;
  }
}
