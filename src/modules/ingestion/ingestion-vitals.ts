/** How ingestion is, as this instance's heartbeats tell it under `ingestion`. Totals count from this process's start. */
export interface IngestionVitals {
  readonly publishedTotal: number;
  readonly rejectedTotal: number;
  readonly pagesTotal: number;
  readonly fetchErrorsTotal: number;
  readonly publishErrorsTotal: number;
  /** Users published a second, over the last ten seconds. */
  readonly ratePerSecond: number;
  /** `idle`: nothing is due. `waiting`: for the source or the bus, or stopped for good; `reason` says which. */
  readonly state: 'starting' | 'idle' | 'running' | 'waiting';
  readonly reason: string | null;
  /** The name of the source; null until it is chosen. */
  readonly source: string | null;
  /** The run in work, of a slot before a requested one; `page` is the last one published by this attempt, 0 for none. */
  readonly run: { readonly runId: string; readonly page: number; readonly lastPage: number | null } | null;
}
