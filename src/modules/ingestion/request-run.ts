import { Inject, Injectable } from '@nestjs/common';
import { manualRunId } from '../../domain/ids.js';
import { Clock } from '../../ports/clock.port.js';
import { Heartbeats, Journal, type By, type RunRequest } from '../journal/index.js';
import { INGESTION_CONTROL_OPTIONS } from './ingestion.module-definition.js';
import type { IngestionControlOptions } from './ingestion.options.js';
import { readPlanFacts } from './plan-facts.js';
import { faultOfPlan, type PlanTooLargeError } from './plan-limits.js';
import { planRequest } from './plan-run.js';

/** Asks for a run, from any process: whichever ingests reads so in the journal and carries it out. */
@Injectable()
export class RequestRun {
  constructor(
    private readonly journal: Journal,
    private readonly heartbeats: Heartbeats,
    private readonly clock: Clock,
    @Inject(INGESTION_CONTROL_OPTIONS) private readonly options: IngestionControlOptions,
  ) {}

  /**
   * Resolves when the request is durable; the run has an id before anybody has claimed it. Where no instance is alive
   * that ingests, the request waits, and whichever takes it judges it.
   * @throws PlanTooLargeError - the source of the instance that ingests cannot carry it out; nothing was asked for.
   */
  async execute(request: RunRequest, by: By): Promise<{ readonly requestId: string; readonly runId: string }> {
    const fault = this.faultOf(request);
    if (fault !== null) throw fault;
    const { id } = await this.journal.append({ type: 'run.requested', request, by });
    return { requestId: id, runId: manualRunId(this.options.pipeline, id) };
  }

  private faultOf(request: RunRequest): PlanTooLargeError | null {
    const facts = this.heartbeats.instances().map(readPlanFacts).find((known) => known !== null) ?? null;
    if (facts === null) return null;
    const source = { ...facts, spec: { name: facts.source, parameters: {} } };
    return faultOfPlan(planRequest({ runId: '', request, requestedAtMs: this.clock.now() }, facts, source), source);
  }
}
