import { type SourceSpec } from '../../../domain/run.js';
import { type LogIncident } from '../../../ports/event-consumer.port.js';
import { type Ledger } from '../../storage/index.js';
import { type ControlView } from '../processing/control.view.js';
import { type RunView } from '../runs/run.view.js';
import { type InstanceView } from './instance.view.js';

/** Something that keeps people from flowing, or soon will, and what to do about it. */
export interface Blocker {
  /** Such as `event-bus`, `processing`. */
  readonly component: string;
  /** Stable. */
  readonly code: string;
  readonly reason: string;
  /** Null where it goes away by itself. */
  readonly remedy: string | null;
  /** The instance that says so; null for what is true of the pipeline as a whole. */
  readonly instanceId: string | null;
  readonly since: string | null;
}

/** Something that happened to the log itself; the last one of a partition stays in sight for good. */
export interface IncidentView extends Omit<LogIncident, 'atMs'> {
  /** Of one that knows of it: who reads the partition now remembers what happened to those before. */
  readonly instanceId: string;
  readonly at: string;
}

/** The pipeline on one page. */
export interface StatusView {
  readonly pipeline: string;
  /** Of the process that answers. */
  readonly instanceId: string;
  readonly version: string;
  readonly topic: string;
  readonly group: string;
  /** Where the embedded log and table live; null where neither is embedded. */
  readonly dataDir: string | null;
  /** Where log and table are, in words. */
  readonly log: string;
  readonly table: string;
  /** The source that was chosen, and why; null before one was. */
  readonly source: (SourceSpec & { readonly reason: string }) | null;
  readonly roles: readonly string[];
  readonly instances: readonly InstanceView[];
  /** Over all instances. */
  readonly rates: { readonly publishedPerSecond: number; readonly storedPerSecond: number };
  readonly processing: ControlView;
  /** Events on the log that are not handled yet; null while nobody can say. */
  readonly lag: number | null;
  readonly ledger: Ledger['totals'] | null;
  /** The runs that have not ended, newest first, and the newest one that has. */
  readonly runs: { readonly current: readonly RunView[]; readonly last: RunView | null };
  readonly incidents: readonly IncidentView[];
  /** Empty when all is well. */
  readonly blocked: readonly Blocker[];
}
