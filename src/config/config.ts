import { type Role } from './roles.js';

export type IngestMode = 'continuous' | 'scheduled' | 'manual';
export type SourceChoice = 'auto' | 'randomuser' | 'synthetic' | 'file';

/** Everything that can be set, parsed, complete and frozen. Times in milliseconds, sizes in bytes. */
export interface Config {
  readonly roles: readonly Role[];
  readonly pipeline: string;
  readonly http: { readonly host: string; readonly port: number };
  readonly apiKey: string | null;
  readonly dataDir: string;
  readonly source: { readonly choice: SourceChoice; readonly randomUserUrl: string; readonly file: string | null };
  readonly bus: {
    readonly kind: 'sqlite';
    readonly usersTopic: string;
    readonly deadLetterTopic: string;
    readonly group: string;
    readonly partitions: number;
    readonly retention: { readonly maxAgeMs: number | null; readonly maxBytes: number | null };
  };
  readonly repository: { readonly kind: 'sqlite' };
  readonly ingest: {
    readonly mode: IngestMode;
    readonly rate: number;
    readonly pageSize: number;
    readonly windowMs: number;
    readonly cron: string;
    readonly timezone: string;
  };
  readonly log: { readonly level: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace'; readonly format: 'pretty' | 'json' | null };
}
