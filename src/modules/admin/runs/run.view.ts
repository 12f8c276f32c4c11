import { manualRunId } from '../../../domain/ids.js';
import { type Plan } from '../../../domain/run.js';
import { type AttemptState, type By, type Outcome, type Progress, type RequestedRun, type RunRequest, type RunState } from '../../journal/index.js';
import { isoTime } from '../http/time.js';

/** `requested`: nobody has claimed it yet. `running`: an attempt is at it. `waiting`: open, and between two attempts. `ended`: it has its outcome. */
export type RunPhase = 'requested' | 'running' | 'waiting' | 'ended';

export type ProgressView = Omit<Progress, 'cursor'>;

export interface PlanView extends Omit<Plan, 'window'> {
  readonly window: { readonly start: string; readonly end: string };
}

export interface AttemptView {
  readonly claimId: string;
  readonly instance: string;
  readonly startedAt: string;
  readonly endedAt: string | null;
  readonly outcome: AttemptState['outcome'];
  readonly progress: ProgressView | null;
}

/** A run as the API shows it. */
export interface RunView {
  readonly id: string;
  readonly phase: RunPhase;
  readonly trigger: 'slot' | 'manual';
  readonly requestId: string | null;
  /** Who asked for it and for what, while nobody has claimed it. */
  readonly request: (RunRequest & { readonly by: By; readonly at: string }) | null;
  readonly outcome: Outcome | null;
  readonly code: string | null;
  readonly reason: string | null;
  /** What the source answered, where that ended the run. */
  readonly httpStatus: number | null;
  readonly plan: PlanView | null;
  readonly progress: ProgressView | null;
  readonly attempts: readonly AttemptView[];
  readonly claimedAt: string | null;
  readonly finishedAt: string | null;
}

export function viewOfRun(run: RunState): RunView {
  return {
    id: run.runId,
    phase: phaseOf(run),
    trigger: run.trigger,
    requestId: run.requestId,
    request: null,
    outcome: run.outcome,
    code: run.code,
    reason: run.reason,
    httpStatus: run.httpStatus,
    plan: viewOfPlan(run.plan),
    progress: viewOfProgress(run.progress),
    attempts: run.attempts.map(viewOfAttempt),
    claimedAt: isoTime(run.claimedAtMs),
    finishedAt: isoTime(run.finishedAtMs),
  };
}

/** A run that was asked for has its id, and its address, before anybody has claimed it. */
export function viewOfRequested(pipeline: string, { requestId, requestedAtMs, request, by }: RequestedRun): RunView {
  return {
    id: manualRunId(pipeline, requestId),
    phase: 'requested',
    trigger: 'manual',
    requestId,
    request: { ...request, by, at: isoTime(requestedAtMs) },
    outcome: null,
    code: null,
    reason: null,
    httpStatus: null,
    plan: null,
    progress: null,
    attempts: [],
    claimedAt: null,
    finishedAt: null,
  };
}

function phaseOf(run: RunState): RunPhase {
  if (run.outcome !== null) return 'ended';
  return run.attempts.at(-1)?.endedAtMs === null ? 'running' : 'waiting';
}

function viewOfPlan({ window, ...plan }: Plan): PlanView {
  return { ...plan, window: { start: isoTime(window.startMs), end: isoTime(window.endMs) } };
}

/** The cursor is the source's own business. */
function viewOfProgress({ cursor: _, ...progress }: Progress): ProgressView {
  return progress;
}

function viewOfAttempt({ claimId, instance, startedAtMs, endedAtMs, outcome, progress }: AttemptState): AttemptView {
  return { claimId, instance, startedAt: isoTime(startedAtMs), endedAt: isoTime(endedAtMs), outcome, progress: progress && viewOfProgress(progress) };
}
