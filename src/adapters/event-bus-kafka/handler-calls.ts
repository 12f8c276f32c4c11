import { type TallyDelta } from '../../domain/tally.js';
import { type BatchHandler, type EventBatch } from '../../ports/event-consumer.port.js';
import { refuseMismatch } from '../event-bus-shared/refuse-mismatch.js';
import { untilAborted } from './until-aborted.js';

export const LOST = 'lost';

/** What became of a batch; `lost` where nobody waits for it any more. */
export type Outcome = { readonly delta: TallyDelta } | { readonly error: unknown } | typeof LOST;

/** Calls the handler with one batch at a time, and no longer waits for it where its partition is lost. */
export class HandlerCalls {
  /** The signal of the call in hand: one of its own, so that handlers may hang on it what they like. */
  private call = new AbortController();
  private last: Promise<unknown> = Promise.resolve();

  constructor(private readonly handle: BatchHandler) {}

  async hand(batch: EventBatch): Promise<Outcome> {
    const call = new AbortController();
    const outcome = this.outcomeOf(batch, call.signal);
    this.call = call;
    this.last = outcome;
    const first = await Promise.race([outcome, untilAborted(call.signal)]);
    return first === undefined || call.signal.aborted ? LOST : first;
  }

  abort(reason: unknown): void {
    this.call.abort(reason);
  }

  /** Resolves when every handler has come back. */
  async allBack(): Promise<void> {
    await this.last;
  }

  private async outcomeOf(batch: EventBatch, signal: AbortSignal): Promise<Outcome> {
    try {
      const delta = await this.handle(batch, signal);
      refuseMismatch(delta, batch.events.length);
      return { delta };
    } catch (error) {
      return { error };
    }
  }
}
