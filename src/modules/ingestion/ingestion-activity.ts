import { Injectable } from '@nestjs/common';
import { codeOf, PipelineError } from '../../domain/errors.js';
import { Clock } from '../../ports/clock.port.js';
import { type Health } from '../../ports/health-probe.port.js';
import { SourceUnavailableError } from '../../ports/user-source.port.js';
import { type Plan } from '../../domain/run.js';
import { type IngestionVitals } from './ingestion-vitals.js';
import { RateMeter } from './rate-meter.js';
import { type Verdict } from './run-verdict.js';

/** Runs of slots and requested runs are carried out beside each other, each lane one at a time. */
export type Lane = 'slots' | 'requests';

type Condition = Omit<Health, 'name'>;
interface RunInWork {
  readonly runId: string;
  readonly lastPage: number | null;
  page: number;
}

const WELL: Omit<Condition, 'sinceMs'> = { status: 'up', code: null, reason: null, suggestion: null };

/** What ingestion is doing, for probes, metrics and heartbeats: it is told, and decides nothing. */
@Injectable()
export class IngestionActivity {
  private readonly running = new Map<Lane, RunInWork>();
  private readonly away = new Map<Lane, Omit<Condition, 'sinceMs'>>();
  private readonly totals = { published: 0, rejected: 0, pages: 0, fetchErrors: 0, publishErrors: 0 };
  private readonly rate: RateMeter;
  private source: string | null = null;
  private halt: Omit<Condition, 'sinceMs'> | null = null;
  private lastFailure: Omit<Condition, 'sinceMs'> | null = null;
  private current: Condition;

  constructor(private readonly clock: Clock) {
    this.rate = new RateMeter(clock.monotonic());
    this.current = { status: 'down', code: 'ingestion.starting', reason: 'ingestion is starting', suggestion: null, sinceMs: clock.now() };
  }

  started(source: string): void {
    this.source = source;
    this.update();
  }

  /** Ingestion, or one lane of it, has stopped for good. */
  halted(error: unknown): void {
    this.halt = conditionOf(error, 'down');
    this.update();
  }

  runBegan(lane: Lane, run: { runId: string; plan: Plan }): void {
    this.running.set(lane, { runId: run.runId, lastPage: run.plan.lastPage, page: 0 });
    this.update();
  }

  runEnded(lane: Lane, verdict: Verdict | null): void {
    this.running.delete(lane);
    this.away.delete(lane);
    if (verdict?.outcome === 'failed' || verdict?.outcome === 'partial') {
      this.lastFailure = { status: 'degraded', code: verdict.code, reason: `the last run ${verdict.outcome === 'failed' ? 'failed' : 'stayed partial'}: ${verdict.reason}`, suggestion: null };
    }
    this.update();
  }

  fetchFailed(lane: Lane, error: unknown): void {
    this.totals.fetchErrors += 1;
    this.away.set(lane, conditionOf(error, 'degraded'));
    this.update();
  }

  publishFailed(lane: Lane, error: unknown): void {
    this.totals.publishErrors += 1;
    this.away.set(lane, conditionOf(error, 'down'));
    this.update();
  }

  pagePublished(lane: Lane, page: { readonly page: number; readonly published: number; readonly rejected: number }): void {
    this.totals.pages += 1;
    this.totals.published += page.published;
    this.totals.rejected += page.rejected;
    this.rate.add(page.published, this.clock.monotonic());
    const run = this.running.get(lane);
    if (run !== undefined) run.page = page.page;
    this.away.delete(lane);
    this.lastFailure = null;
    this.update();
  }

  condition(): Condition {
    return this.current;
  }

  vitals(): IngestionVitals {
    const run = this.running.get('slots') ?? this.running.get('requests');
    return {
      publishedTotal: this.totals.published,
      rejectedTotal: this.totals.rejected,
      pagesTotal: this.totals.pages,
      fetchErrorsTotal: this.totals.fetchErrors,
      publishErrorsTotal: this.totals.publishErrors,
      ratePerSecond: this.rate.perSecond(this.clock.monotonic()),
      state: this.state(),
      reason: this.current.reason,
      source: this.source,
      run: run === undefined ? null : { runId: run.runId, page: run.page, lastPage: run.lastPage },
    };
  }

  private state(): IngestionVitals['state'] {
    if (this.source === null && this.halt === null) return 'starting';
    if (this.away.size > 0 || this.halt !== null) return 'waiting';
    return this.running.size > 0 ? 'running' : 'idle';
  }

  private update(): void {
    const next = this.worst();
    const same = next.status === this.current.status && next.code === this.current.code;
    this.current = { ...next, sinceMs: same ? this.current.sinceMs : this.clock.now() };
  }

  private worst(): Omit<Condition, 'sinceMs'> {
    const away = [...this.away.values()];
    const worst = this.halt ?? away.find(({ status }) => status === 'down') ?? away[0] ?? this.lastFailure;
    return worst ?? (this.source === null ? this.current : WELL);
  }
}

function conditionOf(error: unknown, status: 'degraded' | 'down'): Omit<Condition, 'sinceMs'> {
  const foreseen = error instanceof PipelineError;
  const suggestion = foreseen && error.remedy !== undefined ? error.remedy : error instanceof SourceUnavailableError ? 'wait: the source is asked again' : null;
  return { status, code: codeOf(error), reason: foreseen ? error.message : 'an error that nobody foresaw; the log has it', suggestion };
}
