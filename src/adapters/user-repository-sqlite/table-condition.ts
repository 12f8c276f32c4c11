import { codeOf, PipelineError } from '../../domain/errors.js';
import { type Clock } from '../../ports/clock.port.js';
import { type Health } from '../../ports/health-probe.port.js';

type Finding = Omit<Health, 'name' | 'sinceMs'>;

const WELL: Finding = { status: 'up', code: null, reason: null, suggestion: null };

/** What the table's last real work met, and since when it has been so. */
export class TableCondition {
  private finding = WELL;
  private sinceMs: number;

  constructor(private readonly clock: Clock) {
    this.sinceMs = clock.now();
  }

  get health(): Omit<Health, 'name'> {
    return { ...this.finding, sinceMs: this.sinceMs };
  }

  /** Takes note of how a call ended: null for well. */
  met(error: unknown): void {
    const finding = error === null ? WELL : findingOf(error);
    if (finding.code !== this.finding.code) this.sinceMs = this.clock.now();
    this.finding = finding;
  }
}

/** With a full disk the table can still be read, so the process still serves. */
function findingOf(error: unknown): Finding {
  const code = codeOf(error);
  return {
    status: code === 'data.disk-full' ? 'degraded' : 'down',
    code,
    reason: error instanceof Error ? error.message : 'a call to the table failed',
    suggestion: error instanceof PipelineError ? (error.remedy ?? null) : null,
  };
}
