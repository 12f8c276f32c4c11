import { Inject, Injectable } from '@nestjs/common';
import { PipelineError } from '../../../domain/errors.js';
import { HealthProbes } from '../../../ports/health-probe.port.js';
import { Heartbeats, Journal, type InstanceHeartbeat, type JournalState } from '../../journal/index.js';
import { ReadLedger, type Ledger } from '../../storage/index.js';
import { ADMIN_OPTIONS, type AdminOptions } from '../admin.options.js';
import { isoTime } from '../http/time.js';
import { viewOfControl } from '../processing/control.view.js';
import { type RunView } from '../runs/run.view.js';
import { idsNewestFirst, viewOfRunId } from '../runs/runs-of-journal.js';
import { ingestionOf, processingOf } from '../vitals.js';
import { blockersOfControl, blockersOfHealth, blockersOfInstance, blockersOfLedger, blockersOfRoles } from './blockers.js';
import { viewOfInstance } from './instance.view.js';
import { oneDecimal } from './one-decimal.js';
import { type Blocker, type IncidentView, type StatusView } from './status.view.js';

/** More runs than these at once are a list, not a status. */
const MOST_CURRENT_RUNS = 20;

/** Puts what the doors say onto one page. It answers while the log or the table is away, and says so. */
@Injectable()
export class ReadStatus {
  constructor(
    @Inject(ADMIN_OPTIONS) private readonly options: AdminOptions,
    private readonly journal: Journal,
    private readonly heartbeats: Heartbeats,
    private readonly readLedger: ReadLedger,
    private readonly probes: HealthProbes,
  ) {}

  async execute(): Promise<StatusView> {
    const ledger = await this.ledgerOrWhyNot();
    const state = this.journal.state();
    const instances = this.heartbeats.instances();
    const { pipeline, instanceId, version, topic, group, dataDir, log, table } = this.options;
    const totals = ledger instanceof PipelineError ? null : ledger.totals;
    return {
      pipeline,
      instanceId,
      version,
      topic,
      group,
      dataDir,
      log,
      table,
      source: state.source === null ? null : { ...state.source.spec, reason: state.source.reason },
      roles: [...new Set(instances.flatMap(({ roles }) => roles))],
      instances: instances.map(viewOfInstance),
      rates: ratesOf(instances),
      processing: viewOfControl(state.processing),
      lag: totals?.inFlight ?? null,
      ledger: totals,
      runs: this.runsOf(state),
      incidents: eachOnce(instances.flatMap(incidentsOf)),
      blocked: await this.blockers(state, instances, ledger),
    };
  }

  private async ledgerOrWhyNot(): Promise<Ledger | PipelineError> {
    try {
      return await this.readLedger.execute();
    } catch (error) {
      if (error instanceof PipelineError) return error;
      throw error;
    }
  }

  private async blockers(state: JournalState, instances: readonly InstanceHeartbeat[], ledger: Ledger | PipelineError): Promise<readonly Blocker[]> {
    const { instanceId } = this.options;
    const health = await Promise.all(this.probes.all.map((probe) => probe.check()));
    return [
      ...blockersOfHealth(health, instanceId),
      ...blockersOfControl(state.processing),
      ...blockersOfRoles(instances),
      ...instances.filter((instance) => instance.instanceId !== instanceId).flatMap(blockersOfInstance),
      ...blockersOfLedger(ledger),
    ];
  }

  private runsOf(state: JournalState): StatusView['runs'] {
    const current: RunView[] = [];
    for (const id of idsNewestFirst(state, this.options.pipeline)) {
      const view = viewOfRunId(state, this.options.pipeline, id);
      if (view === null) continue;
      if (view.phase === 'ended') return { current, last: view };
      if (current.length < MOST_CURRENT_RUNS) current.push(view);
    }
    return { current, last: null };
  }
}

function ratesOf(instances: readonly InstanceHeartbeat[]): StatusView['rates'] {
  const sum = (figures: readonly (number | undefined)[]) => figures.reduce<number>((total, figure) => total + (figure ?? 0), 0);
  return {
    publishedPerSecond: oneDecimal(sum(instances.map((instance) => ingestionOf(instance)?.ratePerSecond))),
    storedPerSecond: oneDecimal(sum(instances.map((instance) => processingOf(instance)?.ratePerSecond))),
  };
}

/** Of several instances that know of the same one, the first tells it. */
function eachOnce(incidents: readonly IncidentView[]): readonly IncidentView[] {
  const placeOf = ({ kind, partition, fromOffset, toOffset, at }: IncidentView) => `${kind}/${partition}/${fromOffset}/${toOffset}/${at}`;
  return [...new Map(incidents.toReversed().map((incident) => [placeOf(incident), incident])).values()].toReversed();
}

function incidentsOf(instance: InstanceHeartbeat): readonly IncidentView[] {
  const { instanceId } = instance;
  return (processingOf(instance)?.consumer.incidents ?? []).map(({ atMs, ...incident }) => ({ ...incident, instanceId, at: isoTime(atMs) }));
}
