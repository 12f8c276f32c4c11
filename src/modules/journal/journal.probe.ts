import { Injectable } from '@nestjs/common';
import { codeOf, PipelineError } from '../../domain/errors.js';
import { Clock } from '../../ports/clock.port.js';
import { HealthProbe, type Health } from '../../ports/health-probe.port.js';
import { Journal } from './journal.js';

/** `down` once this process can follow the journal no more: it would go by what the pipeline was told long ago. */
@Injectable()
export class JournalProbe extends HealthProbe {
  private readonly startedAtMs: number;

  constructor(private readonly journal: Journal, clock: Clock) {
    super();
    this.startedAtMs = clock.now();
  }

  async check(): Promise<Health> {
    const { failure } = this.journal;
    if (failure === null) return { name: 'journal', status: 'up', code: null, reason: null, sinceMs: this.startedAtMs, suggestion: null };
    const { error, sinceMs } = failure;
    const why = error instanceof PipelineError ? error.message : 'an error that nobody foresaw; the log has it';
    return { name: 'journal', status: 'down', code: codeOf(error), reason: `the journal is followed no more: ${why}`, sinceMs, suggestion: remedyOf(error) };
  }
}

function remedyOf(error: unknown): string {
  const remedy = error instanceof PipelineError ? error.remedy : undefined;
  return remedy === undefined ? 'start the process again' : `${remedy}; then start the process again`;
}
