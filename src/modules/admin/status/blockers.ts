import { PipelineError } from '../../../domain/errors.js';
import { type Health } from '../../../ports/health-probe.port.js';
import { type InstanceHeartbeat, type ProcessingControl } from '../../journal/index.js';
import { type Ledger } from '../../storage/index.js';
import { isoTime } from '../http/time.js';
import { ingestionOf, processingOf } from '../vitals.js';
import { type Blocker } from './status.view.js';

const RESUME = 'POST /api/v1/processing/resume';

/** Without one of each nobody flows. */
const NEEDED_ROLES = ['ingestion', 'processing'];

/** What this process's own probes say. */
export function blockersOfHealth(health: readonly Health[], instanceId: string): readonly Blocker[] {
  return health
    .filter(({ status }) => status !== 'up')
    .map(({ name, status, code, reason, suggestion, sinceMs }) => ({ component: name, code: code ?? status, reason: reason ?? status, remedy: suggestion, instanceId, since: isoTime(sinceMs) }));
}

export function blockersOfControl({ paused, code, by, sinceMs }: ProcessingControl): readonly Blocker[] {
  if (!paused) return [];
  const who = by === null ? 'somebody' : by.actor;
  return [{ component: 'processing', code: code ?? 'paused', reason: `processing was paused by ${who}${by?.reason ? `: ${by.reason}` : ''}`, remedy: RESUME, instanceId: null, since: isoTime(sinceMs) }];
}

export function blockersOfRoles(instances: readonly InstanceHeartbeat[]): readonly Blocker[] {
  const alive = new Set(instances.flatMap(({ roles }) => roles));
  return NEEDED_ROLES.filter((role) => !alive.has(role)).map((role) => ({
    component: role,
    code: 'role.nobody',
    reason: `no process with the role ${role} is alive`,
    remedy: `start one with ROLES=${role}`,
    instanceId: null,
    since: null,
  }));
}

/** What the heartbeat of another instance says. */
export function blockersOfInstance(instance: InstanceHeartbeat): readonly Blocker[] {
  const { instanceId } = instance;
  const partitions = processingOf(instance)?.consumer.partitions ?? [];
  const stuck = partitions.filter(({ state }) => state === 'stalled' || state === 'halted');
  const blockers: Blocker[] = stuck.map(({ partition, state, code, reason, sinceMs }) => ({
    component: 'processing',
    code: code ?? state,
    reason: `partition ${partition} is ${state}${reason === null ? '' : `: ${reason}`}`,
    remedy: state === 'halted' ? `find the error in the log of that process, then ${RESUME}` : null,
    instanceId,
    since: isoTime(sinceMs),
  }));
  const ingestion = ingestionOf(instance);
  if (ingestion === null || ingestion.state !== 'waiting' || ingestion.reason === null) return blockers;
  return [...blockers, { component: 'ingestion', code: 'ingestion.waiting', reason: ingestion.reason, remedy: null, instanceId, since: null }];
}

/** What the ledger says, or why it says nothing. */
export function blockersOfLedger(ledger: Ledger | PipelineError): readonly Blocker[] {
  const said = { component: 'ledger', instanceId: null, since: null };
  if (ledger instanceof PipelineError) return [{ ...said, code: ledger.code, reason: ledger.message, remedy: ledger.remedy ?? null }];
  return ledger.partitions
    .filter(({ balanced }) => !balanced)
    .map(({ partition }) => ({ ...said, code: 'ledger.unbalanced', reason: `the counts of partition ${partition} do not add up to its committed offset`, remedy: 'report it as a bug, with this page' }));
}
