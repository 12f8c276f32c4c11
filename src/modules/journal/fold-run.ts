import { type Plan } from '../../domain/run.js';
import { type JournalEvent, type OffsetRange, type Progress, type RecordedJournalEvent } from './journal-event.js';
import { type AttemptState, type RunState } from './journal-state.js';

type Claimed = Extract<JournalEvent, { type: 'run.claimed' }>;
type Finished = Extract<JournalEvent, { type: 'run.finished' }>;
type OfAClaim = Extract<JournalEvent, { type: 'run.progressed' | 'run.finished' | 'run.released' }>;

/** The figures of a run that has published nothing yet. */
export function noProgress(plan: Pick<Plan, 'firstPage'>): Progress {
  return { page: plan.firstPage - 1, cursor: null, fetched: 0, published: 0, rejected: {}, ranges: [] };
}

/** Whether a claim can still hold: the run is open, or it ended in a way that another try may better. */
export function canBeClaimed(run: Pick<RunState, 'outcome'>): boolean {
  return run.outcome === null || run.outcome === 'failed' || run.outcome === 'interrupted';
}

/**
 * A claim makes a run, with its plan for ever, or is the next attempt at one. Of several that were written at once the
 * first on the log holds: each names the claim that it supersedes, and the later ones name one that no longer is the last.
 */
export function foldClaim(run: RunState | undefined, claim: Claimed, recorded: RecordedJournalEvent): RunState {
  const attempt = newAttempt(claim, recorded.appendedAtMs);
  if (run === undefined) return newRun(claim, attempt);
  if (!canBeClaimed(run) || run.attempts.at(-1)?.claimId !== claim.supersedes) return run;
  const earlier = run.attempts.map((each) => (each.outcome === null ? { ...each, outcome: 'interrupted' as const, endedAtMs: recorded.appendedAtMs } : each));
  return { ...run, attempts: [...earlier, attempt], outcome: null, code: null, reason: null, httpStatus: null, finishedAtMs: null };
}

/** Figures, a release or an outcome: figures go to the attempt of their claim, the rest counts for the current claim only. */
export function foldAttempt(run: RunState, event: OfAClaim, recorded: RecordedJournalEvent): RunState {
  const known = withProgress(run, event.claimId, event.progress);
  if (event.type === 'run.progressed') return known;
  const current = known.attempts.at(-1);
  if (current?.claimId !== event.claimId || current.outcome !== null) return known;
  const ended = { ...current, endedAtMs: recorded.appendedAtMs };
  if (event.type === 'run.released') return withLast(known, { ...ended, outcome: 'released' });
  return finish(withLast(known, { ...ended, outcome: event.outcome }), event, recorded.appendedAtMs);
}

function newRun(claim: Claimed, attempt: AttemptState): RunState {
  return {
    runId: claim.runId,
    trigger: claim.trigger,
    requestId: claim.requestId,
    plan: claim.plan,
    attempts: [attempt],
    progress: noProgress(claim.plan),
    outcome: null,
    code: null,
    reason: null,
    httpStatus: null,
    claimedAtMs: attempt.startedAtMs,
    finishedAtMs: null,
  };
}

function newAttempt(claim: Claimed, startedAtMs: number): AttemptState {
  return { claimId: claim.claimId, instance: claim.instance, startedAtMs, endedAtMs: null, outcome: null, progress: null };
}

function finish(run: RunState, event: Finished, finishedAtMs: number): RunState {
  return { ...run, outcome: event.outcome, code: event.code, reason: event.reason, httpStatus: event.httpStatus, finishedAtMs };
}

function withLast(run: RunState, attempt: AttemptState): RunState {
  return { ...run, attempts: [...run.attempts.slice(0, -1), attempt] };
}

/**
 * The newest figures of a claim are those of its highest page, in whatever order they are read: what compaction has
 * left of them and what it has removed fold to the same.
 */
function withProgress(run: RunState, claimId: string, progress: Progress): RunState {
  const at = run.attempts.findLastIndex((attempt) => attempt.claimId === claimId);
  const attempt = run.attempts[at];
  if (attempt === undefined || (attempt.progress !== null && attempt.progress.page > progress.page)) return run;
  const attempts = run.attempts.with(at, { ...attempt, progress });
  return { ...run, attempts, progress: attempts.length === 1 ? progress : total(run.plan, attempts) };
}

function total(plan: Plan, attempts: readonly AttemptState[]): Progress {
  return attempts.reduce((sum, { progress }) => (progress === null ? sum : addProgress(sum, progress)), noProgress(plan));
}

function addProgress(sum: Progress, next: Progress): Progress {
  const rejected = { ...sum.rejected };
  for (const [reason, count] of Object.entries(next.rejected)) rejected[reason] = (rejected[reason] ?? 0) + count;
  const furthest = next.page >= sum.page ? next : sum;
  return {
    page: furthest.page,
    cursor: furthest.cursor,
    fetched: sum.fetched + next.fetched,
    published: sum.published + next.published,
    rejected,
    ranges: next.ranges.reduce(withRange, sum.ranges),
  };
}

/** The ranges with one more taken in: one range a partition, in the order of the partitions. */
export function withRange(ranges: readonly OffsetRange[], range: OffsetRange): readonly OffsetRange[] {
  const same = ranges.find((each) => each.partition === range.partition);
  const widened = same === undefined ? range : { partition: range.partition, first: Math.min(same.first, range.first), last: Math.max(same.last, range.last) };
  return [...ranges.filter((each) => each !== same), widened].sort((a, b) => a.partition - b.partition);
}
