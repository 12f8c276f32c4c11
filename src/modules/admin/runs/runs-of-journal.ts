import { manualRunId } from '../../../domain/ids.js';
import { type JournalState } from '../../journal/index.js';
import { viewOfRequested, viewOfRun, type RunView } from './run.view.js';

/** The ids of all runs, newest first: those that nobody has claimed yet, then the others from the last claimed one on. */
export function idsNewestFirst({ runs, requested }: JournalState, pipeline: string): readonly string[] {
  const unclaimed = [...requested.keys()].map((requestId) => manualRunId(pipeline, requestId)).filter((id) => !runs.has(id));
  return [...runs.keys(), ...unclaimed].reverse();
}

/** The run of an id, claimed or only asked for; null where the journal tells of none. */
export function viewOfRunId({ runs, requested }: JournalState, pipeline: string, id: string): RunView | null {
  const run = runs.get(id);
  if (run !== undefined) return viewOfRun(run);
  const request = [...requested.values()].find(({ requestId }) => manualRunId(pipeline, requestId) === id);
  return request === undefined ? null : viewOfRequested(pipeline, request);
}
