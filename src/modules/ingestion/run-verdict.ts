import { codeOf, PipelineError } from '../../domain/errors.js';
import { type Plan } from '../../domain/run.js';
import { SourceRefusedError, SourceUnavailableError } from '../../ports/user-source.port.js';
import { type JournalEvent, type Progress } from '../journal/index.js';

export type Verdict = Pick<Extract<JournalEvent, { type: 'run.finished' }>, 'outcome' | 'code' | 'reason' | 'httpStatus'>;

/** How carrying out a plan came to its end: all of it was done, the source was waited for long enough, or it cannot go on. */
export type Ending = { readonly kind: 'completed' } | { readonly kind: 'gave-up'; readonly error: SourceUnavailableError } | { readonly kind: 'failed'; readonly error: unknown };

/**
 * The outcome of a run, by its figures over all attempts. A run that published nothing is never green: it is `empty`
 * if a finite source had nothing to give, else `failed`.
 */
export function verdictOf(plan: Pick<Plan, 'endsWithSource'>, ending: Ending, figures: Pick<Progress, 'fetched' | 'published' | 'rejected'>): Verdict {
  switch (ending.kind) {
    case 'failed':
      return because('failed', ending.error);
    case 'gave-up':
      return because(figures.published > 0 ? 'partial' : 'failed', ending.error);
    case 'completed':
      if (figures.published > 0) return { outcome: 'succeeded', code: null, reason: null, httpStatus: null };
      if (plan.endsWithSource && figures.fetched === 0) return { outcome: 'empty', code: null, reason: 'the source had nothing to give', httpStatus: null };
      return { outcome: 'failed', code: 'run.published-nothing', reason: whyNothing(figures), httpStatus: null };
  }
}

/** With the reasons for which records were left out, the most frequent first: a topic that takes no event is not the source's fault. */
function whyNothing({ fetched, rejected }: Pick<Progress, 'fetched' | 'rejected'>): string {
  if (fetched === 0) return 'its window ended before the first page';
  const reasons = Object.entries(rejected).sort(([, one], [, other]) => other - one);
  return `none of the ${fetched} records that the source gave became an event${reasons.length === 0 ? '' : `: ${reasons.map(([reason, count]) => `${count} ${reason}`).join(', ')}`}`;
}

function because(outcome: 'partial' | 'failed', error: unknown): Verdict {
  const ofSource = error instanceof SourceUnavailableError || error instanceof SourceRefusedError;
  return {
    outcome,
    code: codeOf(error),
    reason: error instanceof PipelineError ? error.message : 'an error that nobody foresaw; the log of the instance has it',
    httpStatus: ofSource ? (error.httpStatus ?? null) : null,
  };
}
