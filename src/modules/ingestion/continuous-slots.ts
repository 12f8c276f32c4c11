import { continuousSlotAt, type Window } from '../../domain/run.js';
import { type Clock } from '../../ports/clock.port.js';
import { LOOK_EVERY_MS, Slots } from './slots.js';

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
      slot = await this.after(slot, signal);
    }
  }

  /** The slot that follows, once it has begun; the present one where the clock was set back behind the slot that was taken. */
  private async after(slot: Window, signal: AbortSignal): Promise<Window> {
    for (;;) {
      const nowMs = this.clock.now();
      const leftMs = slot.endMs - nowMs;
      if (leftMs > this.windowMs) return continuousSlotAt(nowMs, this.windowMs);
      const oldest = continuousSlotAt(nowMs - MOST_BEHIND * this.windowMs, this.windowMs);
      if (leftMs <= 0 || signal.aborted) return continuousSlotAt(Math.max(slot.endMs, oldest.startMs), this.windowMs);
      await this.clock.sleep(Math.min(leftMs, LOOK_EVERY_MS), signal);
    }
  }
}
