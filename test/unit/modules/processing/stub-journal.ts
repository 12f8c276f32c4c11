import { Subject, type Observable } from 'rxjs';
import { type JournalEvent, type JournalState, type ProcessingControl, type RecordedJournalEvent } from '../../../../src/modules/journal/index.js';
import { deferred } from './deferred.js';

const NOT_PAUSED: ProcessingControl = { paused: false, code: null, by: null, sinceMs: null, breakerOffUpTo: {} };

/** The journal's door, in memory: what is appended is a fact at once. */
export class StubJournal {
  readonly appended: JournalEvent[] = [];
  private readonly changed = new Subject<JournalState>();
  private isReady: Promise<void> = Promise.resolve();
  private current: JournalState;

  constructor(processing: Partial<ProcessingControl> = {}) {
    this.current = { next: 0, runs: new Map(), requested: new Map(), source: null, processing: { ...NOT_PAUSED, ...processing } };
  }

  /** Keeps the state back, as while the log is folded; the function returned lets it go. */
  holdBack(): () => void {
    const { promise, resolve } = deferred();
    this.isReady = promise;
    return () => resolve();
  }

  ready(): Promise<void> {
    return this.isReady;
  }

  state(): JournalState {
    return this.current;
  }

  changes(): Observable<JournalState> {
    return this.changed;
  }

  async append(event: JournalEvent): Promise<RecordedJournalEvent> {
    const offset = this.appended.push(event) - 1;
    await Promise.resolve();
    this.fold(event);
    return { id: String(offset), offset, appendedAtMs: offset, event };
  }

  /** A fact that another process wrote. */
  fold(event: JournalEvent): void {
    this.current = { ...this.current, next: this.current.next + 1, processing: processingAfter(this.current.processing, event) };
    this.changed.next(this.current);
  }
}

function processingAfter(before: ProcessingControl, event: JournalEvent): ProcessingControl {
  if (event.type === 'processing.paused') return { ...before, paused: true, code: event.code, by: event.by, sinceMs: 7 };
  if (event.type === 'processing.resumed') return { ...NOT_PAUSED, by: event.by, sinceMs: 8, breakerOffUpTo: event.endOffsets };
  return before;
}
