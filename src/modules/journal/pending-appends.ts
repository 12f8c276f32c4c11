import { abortReason } from '../../ports/retry-while-away.js';
import { type RecordedJournalEvent } from './journal-event.js';

/** The events that this process has written and not yet read back. */
export class PendingAppends {
  private readonly waiting = new Map<string, { readonly resolve: (recorded: RecordedJournalEvent) => void; readonly reject: (error: unknown) => void }>();

  /** Resolves when the event of this id comes back from the log; rejects with the signal's reason. Nothing is left behind. */
  async readBack(id: string, signal: AbortSignal): Promise<RecordedJournalEvent> {
    const aborted = () => this.failed(id, abortReason(signal));
    try {
      return await new Promise((resolve, reject) => {
        this.waiting.set(id, { resolve, reject });
        signal.addEventListener('abort', aborted, { once: true });
        if (signal.aborted) aborted();
      });
    } finally {
      this.waiting.delete(id);
      signal.removeEventListener('abort', aborted);
    }
  }

  /** Somebody's event has been folded; it may be one of these. */
  folded(recorded: RecordedJournalEvent): void {
    this.waiting.get(recorded.id)?.resolve(recorded);
  }

  /** The event of this id will not come. */
  failed(id: string, error: unknown): void {
    this.waiting.get(id)?.reject(error);
  }
}
