import { type Plan, type SourceSpec } from '../../domain/run.js';
import { type By, type Outcome, type Progress, type RunRequest } from './journal-event.js';

/** One try at a run. */
export interface AttemptState {
  readonly claimId: string;
  readonly instance: string;
  readonly startedAtMs: number;
  readonly endedAtMs: number | null;
  /** Null while it runs; a claim that another one took over is `interrupted`; a released one has ended with null outcome. */
  readonly outcome: Outcome | 'released' | null;
  readonly progress: Progress | null;
}

export interface RunState {
  readonly runId: string;
  readonly trigger: 'slot' | 'manual';
  readonly requestId: string | null;
  readonly plan: Plan;
  /** In the order of their claims; the last one is the current one. */
  readonly attempts: readonly AttemptState[];
  /** The figures so far, over all attempts. */
  readonly progress: Progress;
  /** Null while it is open: running, or waiting for somebody to go on with it. */
  readonly outcome: Outcome | null;
  readonly code: string | null;
  readonly reason: string | null;
  readonly httpStatus: number | null;
  readonly claimedAtMs: number;
  readonly finishedAtMs: number | null;
}

/** A manual run that somebody asked for and nobody has claimed yet. */
export interface RequestedRun {
  readonly requestId: string;
  readonly requestedAtMs: number;
  readonly request: RunRequest;
  readonly by: By;
}

export interface ProcessingControl {
  readonly paused: boolean;
  readonly code: string | null;
  readonly by: By | null;
  readonly sinceMs: number | null;
  /** Where the breaker stays off after the last resume: end offsets by partition. */
  readonly breakerOffUpTo: Readonly<Record<string, number>>;
}

/** What every instance knows after folding the journal: the same on all of them at the same offset. */
export interface JournalState {
  /** The offset after the last event folded. */
  readonly next: number;
  /** By run id, in the order of their first claims. */
  readonly runs: ReadonlyMap<string, RunState>;
  readonly requested: ReadonlyMap<string, RequestedRun>;
  readonly source: { readonly spec: SourceSpec; readonly reason: string } | null;
  readonly processing: ProcessingControl;
}
