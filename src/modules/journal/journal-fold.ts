import { type JournalEvent, type RecordedJournalEvent } from './journal-event.js';
import { type JournalState, type ProcessingControl, type RequestedRun, type RunState } from './journal-state.js';
import { foldAttempt, foldClaim } from './fold-run.js';
import { RecentIds } from './recent-ids.js';

/**
 * How many ids are remembered at least, to ignore repeats. A repeat is a writer's second try at an append whose
 * acknowledgement was lost: it comes within seconds, and while the log is away nobody else gets ahead of it. These are
 * days of journal at the default rate, in under 10 MB. `run.progressed` is not remembered: its figures are absolute.
 */
const REMEMBERED_IDS = 32_768;

const NOTHING_SAID: ProcessingControl = { paused: false, code: null, by: null, sinceMs: null, breakerOffUpTo: {} };

/**
 * The journal folded in log order. Every part of the state is an immutable value made by a pure function; only the maps
 * that hold them are changed in place, because copying one for each of a million events would take hours. So a
 * JournalState is a live view: its `runs` and `requested` go on with the fold, what they hold never changes.
 */
export class JournalFold {
  private readonly runs = new Map<string, RunState>();
  private readonly requested = new Map<string, RequestedRun>();
  private readonly seen = new RecentIds(REMEMBERED_IDS);
  private source: JournalState['source'] = null;
  private processing = NOTHING_SAID;
  private next = 0;

  /** Takes the next event of the log in. An offset that was folded already, or an id that was, changes nothing. */
  apply(recorded: RecordedJournalEvent): void {
    if (recorded.offset < this.next) return;
    this.next = recorded.offset + 1;
    if (recorded.event.type !== 'run.progressed' && !this.seen.add(recorded.id)) return;
    this.fold(recorded.event, recorded);
  }

  /** Records up to `next` that are no events of ours have been passed. */
  skipTo(next: number): void {
    this.next = Math.max(this.next, next);
  }

  get state(): JournalState {
    return { next: this.next, runs: this.runs, requested: this.requested, source: this.source, processing: this.processing };
  }

  private fold(event: JournalEvent, recorded: RecordedJournalEvent): void {
    switch (event.type) {
      case 'run.requested':
        this.requested.set(recorded.id, { requestId: recorded.id, requestedAtMs: recorded.appendedAtMs, request: event.request, by: event.by });
        return;
      case 'run.claimed':
        this.runs.set(event.runId, foldClaim(this.runs.get(event.runId), event, recorded));
        if (event.requestId !== null) this.requested.delete(event.requestId);
        return;
      case 'run.progressed':
      case 'run.finished':
      case 'run.released': {
        const run = this.runs.get(event.runId);
        if (run !== undefined) this.runs.set(event.runId, foldAttempt(run, event, recorded));
        return;
      }
      case 'source.chosen':
        if (this.source === null || this.source.spec.name === event.source.name) this.source = { spec: event.source, reason: event.reason };
        return;
      case 'processing.paused':
      case 'processing.resumed':
        this.processing = foldProcessing(this.processing, event, recorded);
    }
  }
}

/** The last word holds; a pause keeps the breaker's limit of the last resume, a pause of a pause keeps its first time. */
function foldProcessing(
  control: ProcessingControl,
  event: Extract<JournalEvent, { type: 'processing.paused' | 'processing.resumed' }>,
  recorded: RecordedJournalEvent,
): ProcessingControl {
  if (event.type === 'processing.resumed') {
    return { paused: false, code: null, by: event.by, sinceMs: recorded.appendedAtMs, breakerOffUpTo: event.endOffsets };
  }
  const sinceMs = control.paused ? control.sinceMs : recorded.appendedAtMs;
  return { ...control, paused: true, code: event.code, by: event.by, sinceMs };
}
