import { PipelineError } from '../../domain/errors.js';
import { pagesOf, type Plan } from '../../domain/run.js';
import { type RunSettings } from './ingestion.options.js';
import { type SourceFacts } from './plan-run.js';

/** A run was asked for that holds more pages than its source can tell apart: it would publish the same people again. */
export class PlanTooLargeError extends PipelineError {
  readonly code = 'run.plan-too-large';
  readonly disposition = 'halt';
}

/** Why a source cannot carry a plan out: it has more pages than the source can tell apart, or larger ones than it gives. Null if it can. */
export function faultOfPlan(plan: Plan, source: SourceFacts): PlanTooLargeError | null {
  if (plan.pageSize > source.maxPageSize) {
    return new PlanTooLargeError(`${plan.source.name} gives at most ${source.maxPageSize} users a page, not ${plan.pageSize}`, { remedy: 'set a smaller INGEST_PAGE_SIZE' });
  }
  if (source.maxPages === null || plan.lastPage === null || plan.lastPage <= source.maxPages) return null;
  return new PlanTooLargeError(`the run would take ${plan.lastPage} pages of ${plan.pageSize}, and ${plan.source.name} can tell ${source.maxPages} apart`, {
    remedy: `ask for at most ${source.maxPages * plan.pageSize} users, or set a larger INGEST_PAGE_SIZE`,
  });
}

/** The pipeline's own runs cannot be planned as it is set up: an operator must change the settings that the message names. */
export class ImpossibleSettingsError extends PipelineError {
  readonly code = 'config.impossible-plan';
  readonly disposition = 'halt';
}

/**
 * What is wrong with the settings of the pipeline's own runs, in a sentence that names the settings to change; null if
 * nothing is. For whoever checks the configuration at boot.
 */
export function faultOfSettings(settings: RunSettings, source: Omit<SourceFacts, 'spec'>): string | null {
  const { rate, pageSize, windowMs } = settings;
  if (pageSize > source.maxPageSize) return `INGEST_PAGE_SIZE must be at most ${source.maxPageSize} for this source`;
  if (source.extent === 'finite' || source.maxPages === null || rate === 0) return null;
  const pages = pagesOf({ startMs: 0, endMs: windowMs }, rate, pageSize);
  if (pages <= source.maxPages) return null;
  return `INGEST_WINDOW at this INGEST_RATE holds ${pages} pages, and this source can tell ${source.maxPages} apart: set a larger INGEST_PAGE_SIZE or a shorter INGEST_WINDOW`;
}
