import { codeOf, PipelineError } from '../../domain/errors.js';
import { type Clock } from '../../ports/clock.port.js';
import { type Health } from '../../ports/health-probe.port.js';
import { type TableWarning } from './table-shape.js';

type Finding = Omit<Health, 'name' | 'sinceMs'>;

const WELL: Finding = { status: 'up', code: null, reason: null, suggestion: null };

/** What the last real work met, and since when it has been so: on the way to the table, or with it. */
export class TableCondition {
  private finding: Finding;
  private sinceMs: number;
  /** How it is when nothing is wrong: a table with a peculiarity is not quite well, though it serves. */
  private atBest: Finding = WELL;
  private isOpen = false;

  constructor(
    private readonly clock: Clock,
    waitingFor: string,
  ) {
    this.finding = { status: 'down', code: 'repository.unavailable', reason: `connecting to ${waitingFor}`, suggestion: null };
    this.sinceMs = clock.now();
  }

  get health(): Omit<Health, 'name'> {
    return { ...this.finding, sinceMs: this.sinceMs };
  }

  /** The table cannot be used yet, or not any more. */
  waiting(error: unknown): void {
    this.isOpen = false;
    this.become(findingOf(error));
  }

  /** The table is open. */
  opened(warnings: readonly TableWarning[]): void {
    this.isOpen = true;
    const [first] = warnings;
    const joined = (texts: readonly string[]) => texts.join('; ');
    this.atBest =
      first === undefined ? WELL : { status: 'degraded', code: first.code, reason: joined(warnings.map(({ message }) => message)), suggestion: joined(warnings.map(({ remedy }) => remedy)) };
    this.become(this.atBest);
  }

  /** Takes note of how a call to the open table ended: null for well. */
  met(error: unknown): void {
    if (this.isOpen) this.become(error === null ? this.atBest : findingOf(error));
  }

  /** The nodes have answered: a table that was away is there again. Other troubles are over when the work that met them goes well. */
  reached(): void {
    if (this.isOpen && this.finding.code === 'repository.unavailable') this.become(this.atBest);
  }

  private become(finding: Finding): void {
    if (finding.code !== this.finding.code || finding.status !== this.finding.status) this.sinceMs = this.clock.now();
    this.finding = finding;
  }
}

function findingOf(error: unknown): Finding {
  return {
    status: 'down',
    code: codeOf(error),
    reason: error instanceof Error ? error.message : 'a call to the table failed',
    suggestion: error instanceof PipelineError ? (error.remedy ?? null) : null,
  };
}
