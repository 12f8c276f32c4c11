import { seedOf } from '../../domain/ids.js';
import { firstPageDue, pagesOf, type Plan, type Window } from '../../domain/run.js';
import { type UserSource } from '../../ports/user-source.port.js';
import { type RunRequest } from '../journal/index.js';
import { type RunSettings } from './ingestion.options.js';

/** What a plan depends on of its source. */
export type SourceFacts = Pick<UserSource, 'spec' | 'extent' | 'maxPages' | 'maxPageSize'>;

/** A slot's run, claimed at `nowMs`: inside its window what is still due, else all of it. */
export function planSlot(slot: { readonly runId: string; readonly window: Window }, settings: RunSettings, source: SourceFacts, nowMs: number): Plan {
  const { runId, window } = slot;
  const { rate, pageSize } = settings;
  return {
    ...planOf(source, window),
    seed: seedOf(runId),
    pageSize,
    rate,
    firstPage: source.extent === 'finite' || rate === 0 ? 1 : firstPageDue(window, rate, pageSize, nowMs),
    lastPage: lastPageOf(window, rate, pageSize, source),
    count: null,
  };
}

/**
 * A requested run: its slot starts when it was asked for, and all of it is planned however late it begins. A count is
 * kept to the user, by a smaller last page. Its window is never shorter than the pipeline's own: that is how long the
 * source is waited for.
 */
export function planRequest(asked: { readonly runId: string; readonly request: RunRequest; readonly requestedAtMs: number }, settings: RunSettings, source: SourceFacts): Plan {
  const { runId, request, requestedAtMs } = asked;
  const { pageSize } = settings;
  const rate = request.rate ?? settings.rate;
  const countMs = request.count === null || rate === 0 ? 0 : Math.ceil((request.count * 1_000) / rate);
  const windowMs = request.windowMs ?? Math.max(settings.windowMs, countMs);
  const window = { startMs: requestedAtMs, endMs: requestedAtMs + windowMs };
  return {
    ...planOf(source, window),
    seed: request.seed ?? seedOf(runId),
    pageSize,
    rate,
    firstPage: 1,
    lastPage: request.count === null ? lastPageOf(window, rate, pageSize, source) : Math.ceil(request.count / pageSize),
    count: request.count,
  };
}

function planOf(source: SourceFacts, window: Window): Pick<Plan, 'source' | 'window' | 'endsWithSource'> {
  return { source: source.spec, window, endsWithSource: source.extent === 'finite' };
}

/** Null for a plan that ends with a finite source; an open one ends with its window, or where the source repeats itself. */
function lastPageOf(window: Window, rate: number, pageSize: number, source: SourceFacts): number | null {
  if (source.extent === 'finite') return null;
  return rate === 0 ? source.maxPages : pagesOf(window, rate, pageSize);
}
