import { type Window } from '../../domain/run.js';

/** A clock that jumps, or a machine that slept, is noticed within this time. */
export const LOOK_EVERY_MS = 5_000;

/** A run that the pipeline's own time table asks for. */
export interface Slot {
  readonly window: Window;
  /** Nobody was awake in its window: the machine slept, or its clock was set ahead. */
  readonly missed: boolean;
}

/** When the pipeline's own runs are due. */
export abstract class Slots {
  /**
   * The slots in order, each one when it has begun, the present one at once; one that began while the taker was busy
   * comes late, not never. After a clock was set back, slots may come again. Ends when `signal` aborts.
   */
  abstract open(signal: AbortSignal): AsyncIterable<Slot>;
}

/** Manual mode: nothing runs that nobody asked for. */
export class NoSlots extends Slots {
  async *open(): AsyncIterable<Slot> {
    // ends at once
  }
}
