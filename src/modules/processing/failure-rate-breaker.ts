import { type Clock } from '../../ports/clock.port.js';
import { SlidingSum } from './sliding-sum.js';

const WINDOW_MS = 60_000;
const SLICES = 60;
const AT_LEAST_EVENTS = 200;
const FAILURE_SHARE = 0.5;

/** What a breaker saw when it tripped. */
export interface FailureRate {
  readonly events: number;
  readonly dead: number;
  readonly windowMs: number;
}

/**
 * Trips when at least half of at least 200 events of the last 60 seconds became dead letters: then it is rather a
 * producer, a schema or a setting that is wrong than single events, and going on would fill the dead-letter topic.
 */
export class FailureRateBreaker {
  private readonly events: SlidingSum;
  private readonly dead: SlidingSum;

  constructor(clock: Clock) {
    this.events = new SlidingSum(clock, WINDOW_MS, SLICES);
    this.dead = new SlidingSum(clock, WINDOW_MS, SLICES);
  }

  /** Takes the figures of a batch; what it saw if that trips it, and then it counts anew; else null. */
  record(events: number, dead: number): FailureRate | null {
    this.events.add(events);
    this.dead.add(dead);
    const seen = { events: this.events.total(), dead: this.dead.total(), windowMs: WINDOW_MS };
    if (seen.events < AT_LEAST_EVENTS || seen.dead < seen.events * FAILURE_SHARE) return null;
    this.events.clear();
    this.dead.clear();
    return seen;
  }
}
