import { continuousSlotAt, type Window } from '../../domain/run.js';
import { type Clock } from '../../ports/clock.port.js';
import { LOOK_EVERY_MS, Slots, type Slot } from './slots.js';

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

  async *open(signal: AbortSignal): AsyncIterable<Slot> {
    let window = continuousSlotAt(this.clock.now(), this.windowMs);
    let wokeAtMs = window.startMs;
    while (!signal.aborted) {
      yield { window, missed: window.endMs <= wokeAtMs };
      const waits = this.clock.now() < window.endMs;
      window = await this.after(window, signal);
      if (waits) wokeAtMs = this.clock.now();
    }
  }

  /** The window that follows, once it has begun; the present one where the clock was set back behind the one that was taken. */
  private async after({ endMs }: Window, signal: AbortSignal): Promise<Window> {
    for (;;) {
      const nowMs = this.clock.now();
      const leftMs = endMs - nowMs;
      if (leftMs > this.windowMs) return continuousSlotAt(nowMs, this.windowMs);
      const oldest = continuousSlotAt(nowMs - MOST_BEHIND * this.windowMs, this.windowMs);
      if (leftMs <= 0 || signal.aborted) return continuousSlotAt(Math.max(endMs, oldest.startMs), this.windowMs);
      await this.clock.sleep(Math.min(leftMs, LOOK_EVERY_MS), signal);
    }
  }
}
