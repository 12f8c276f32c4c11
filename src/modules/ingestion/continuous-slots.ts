import { continuousSlotAt, type Window } from '../../domain/run.js';
import { type Clock } from '../../ports/clock.port.js';
import { sleepUntil } from './sleep-until.js';
import { Slots } from './slots.js';

/** How far back slots are taken up that passed while the taker was busy: a clock set ahead by years must not make millions. */
const MOST_BEHIND = 144;

/** Windows that touch, aligned to 1970. */
export class ContinuousSlots extends Slots {
  constructor(
    private readonly clock: Clock,
    private readonly windowMs: number,
  ) {
    super();
  }

  async *open(signal: AbortSignal): AsyncIterable<Window> {
    let slot = continuousSlotAt(this.clock.now(), this.windowMs);
    while (!signal.aborted) {
      yield slot;
      const oldest = continuousSlotAt(this.clock.now() - MOST_BEHIND * this.windowMs, this.windowMs);
      slot = continuousSlotAt(Math.max(slot.endMs, oldest.startMs), this.windowMs);
      await sleepUntil(this.clock, slot.startMs, signal);
    }
  }
}
