import { type SourceSpec } from '../../domain/run.js';
import { type TopicSpec } from '../../ports/event-topics.port.js';

/** Where people come from: named, or chosen once and journalled, for a folder that has no choice yet. */
export type SourceChoice =
  | { readonly kind: 'fixed'; readonly spec: SourceSpec }
  | {
      readonly kind: 'auto';
      readonly preferred: SourceSpec;
      /** Invented people, taken if the preferred source does not answer in time. */
      readonly fallback: SourceSpec;
      /** Whether the preferred source answers; one cheap call, no retries. */
      readonly reachable: (signal: AbortSignal) => Promise<boolean>;
    };

/** `continuous`: windows that touch. `scheduled`: windows that a cron expression begins. `manual`: requested runs alone. */
export type IngestionMode = 'continuous' | 'scheduled' | 'manual';

/** What a run is planned with where nothing else was asked for. */
export interface RunSettings {
  /** Users per second; 0 is as fast as the source gives. */
  readonly rate: number;
  /** Users a page. */
  readonly pageSize: number;
  /** How long a run publishes. */
  readonly windowMs: number;
}

/** What it takes to ask for a run, in whichever process. */
export interface IngestionControlOptions {
  /** The pipeline's name: run ids are derived from it. */
  readonly pipeline: string;
}

/** What it takes to carry runs out. */
export interface IngestionOptions extends IngestionControlOptions, RunSettings {
  readonly source: SourceChoice;
  readonly instanceId: string;
  /** Where users go. */
  readonly topic: string;
  /** The topics that must exist before the first page: that one. Dead letters' belongs to processing. */
  readonly topics: readonly TopicSpec[];
  readonly mode: IngestionMode;
  /** When scheduled windows begin: 5 or 6 fields, in an IANA time zone. Not looked at in other modes. */
  readonly cron: string;
  readonly timezone: string;
}
