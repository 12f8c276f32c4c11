import { PipelineError } from '../../domain/errors.js';
import { pagesOf, type Plan } from '../../domain/run.js';
import { type RunSettings } from './ingestion.options.js';
import { type SourceFacts } from './plan-run.js';

const LONGEST_REQUEST_S = 86_400;

/** A run was asked for that holds more pages than its source can tell apart, so that it would publish the same people again, or that would last for days. */
export class PlanTooLargeError extends PipelineError {
  readonly code = 'run.plan-too-large';
  readonly disposition = 'halt';
}

/** Why a source cannot carry a plan out: it has more pages than the source can tell apart, or larger ones than it gives, or takes days for a count. Null if it can. */
export function faultOfPlan(plan: Plan, source: SourceFacts): PlanTooLargeError | null {
  if (plan.pageSize > source.maxPageSize) {
    return new PlanTooLargeError(`${plan.source.name} gives at most ${source.maxPageSize} users a page, not ${plan.pageSize}`, { remedy: 'set a smaller INGEST_PAGE_SIZE' });
  }
  if (source.maxPages === null || plan.lastPage === null || plan.lastPage <= source.maxPages) return faultOfDuration(plan);
  return new PlanTooLargeError(`the run would take ${plan.lastPage} pages of ${plan.pageSize}, and ${plan.source.name} can tell ${source.maxPages} apart`, {
    remedy: `ask for at most ${source.maxPages * plan.pageSize} users, or set a larger INGEST_PAGE_SIZE`,
  });
}

/** Requests are carried out one by one: one that takes days would hold up all that come after it. */
function faultOfDuration({ count, rate }: Plan): PlanTooLargeError | null {
  if (count === null || rate === 0 || count / rate <= LONGEST_REQUEST_S) return null;
  const hours = Math.ceil(count / rate / 3_600);
  return new PlanTooLargeError(`${count} users at ${rate} a second would take ${hours} hours, and a requested run may take 24`, {
    remedy: `ask for at most ${Math.floor(rate * LONGEST_REQUEST_S)} users, or for a rate of at least ${Math.ceil(count / LONGEST_REQUEST_S)} (0 is as fast as the source gives)`,
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
