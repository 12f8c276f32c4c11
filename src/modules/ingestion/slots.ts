import { type Window } from '../../domain/run.js';

/** A clock that jumps, or a machine that slept, is noticed within this time. */
export const LOOK_EVERY_MS = 5_000;

/** When the pipeline's own runs are due. */
export abstract class Slots {
  /**
   * The slots in order, each one when it has begun, the present one at once; one that began while the taker was busy
   * comes late, not never. Ends when `signal` aborts.
   */
  abstract open(signal: AbortSignal): AsyncIterable<Window>;
}

/** Manual mode: nothing runs that nobody asked for. */
export class NoSlots extends Slots {
  async *open(): AsyncIterable<Window> {
    // ends at once
  }
}
