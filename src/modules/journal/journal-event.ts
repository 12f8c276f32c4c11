import { type Plan, type SourceSpec } from '../../domain/run.js';

/** How a run ended. */
export type Outcome = 'succeeded' | 'partial' | 'failed' | 'empty' | 'interrupted' | 'cancelled' | 'skipped';

/** Who did it: `operator` (through the API) or the instance by itself; and why, in their words. */
export interface By {
  readonly actor: string;
  readonly reason: string | null;
}

/** First and last offset (inclusive) that a run's events got in a partition. */
export interface OffsetRange {
  readonly partition: number;
  readonly first: number;
  readonly last: number;
}

/** Absolute figures of one claim so far: the newest alone tells all, so older ones may be compacted away. */
export interface Progress {
  /** The last page whose events are all on the log. */
  readonly page: number;
  /** Where the source goes on after it; null where it needs no cursor. */
  readonly cursor: string | null;
  readonly fetched: number;
  readonly published: number;
  /** How many records were rejected, by reason. */
  readonly rejected: Readonly<Record<string, number>>;
  readonly ranges: readonly OffsetRange[];
}

/** What a manual run asks for. `null` means the pipeline's own setting. */
export interface RunRequest {
  readonly count: number | null;
  readonly windowMs: number | null;
  readonly rate: number | null;
  readonly seed: string | null;
}

/** What is written to `<PIPELINE_NAME>_journal`: what the pipeline did, and was told to do. */
export type JournalEvent =
  | { readonly type: 'run.requested'; readonly request: RunRequest; readonly by: By }
  | {
      readonly type: 'run.claimed';
      readonly runId: string;
      readonly claimId: string;
      /** The run's last claim as the claimant knew it, null for a first claim: only the first claim that names it holds. */
      readonly supersedes: string | null;
      readonly instance: string;
      readonly trigger: 'slot' | 'manual';
      readonly requestId: string | null;
      /** What the first claim of a run says holds for ever; later ones repeat it. */
      readonly plan: Plan;
    }
  | { readonly type: 'run.progressed'; readonly runId: string; readonly claimId: string; readonly progress: Progress }
  | { readonly type: 'run.finished'; readonly runId: string; readonly claimId: string; readonly outcome: Outcome; readonly code: string | null; readonly reason: string | null; readonly httpStatus: number | null; readonly progress: Progress }
  | { readonly type: 'run.released'; readonly runId: string; readonly claimId: string; readonly progress: Progress }
  | { readonly type: 'source.chosen'; readonly source: SourceSpec; readonly reason: string }
  | { readonly type: 'processing.paused'; readonly by: By; readonly code: string }
  | { readonly type: 'processing.resumed'; readonly by: By; /** End offsets by partition at that moment: below them the failure-rate breaker stays off. */ readonly endOffsets: Readonly<Record<string, number>> };

/** A journal event as read back, with what the log says of it. */
export interface RecordedJournalEvent {
  /** Made by the writer; an id seen before is ignored. */
  readonly id: string;
  readonly offset: number;
  /** Milliseconds since 1970 by the log's clock. */
  readonly appendedAtMs: number;
  readonly event: JournalEvent;
}
