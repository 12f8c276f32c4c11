import { codeOf } from '../../domain/errors.js';
import { type Clock } from '../../ports/clock.port.js';
import { type ConsumerState, type PartitionState } from '../../ports/event-consumer.port.js';

export type Condition = Pick<PartitionState, 'state' | 'code' | 'reason' | 'sinceMs'>;

/** How a partition is, for whoever asks, and the watchdog: events wait, nothing was rejected, and still nothing moves. */
export class PartitionCondition {
  private current: Condition;
  private waitingSince: number | null = null;

  constructor(private readonly clock: Clock, private readonly stalledAfterMs: number) {
    this.current = { state: 'connecting', code: null, reason: null, sinceMs: clock.now() };
  }

  get state(): ConsumerState {
    return this.current.state;
  }

  /** The same state with the same code goes on since when it began. */
  become(state: ConsumerState, error?: unknown): void {
    const code = error === undefined ? null : codeOf(error);
    if (this.current.state === state && this.current.code === code) return;
    this.current = { state, code, reason: error === undefined ? null : messageOf(error), sinceMs: this.clock.now() };
  }

  /** There are events to handle: from here on it is expected to move. */
  eventsWait(): void {
    this.waitingSince ??= this.clock.monotonic();
  }

  /** It has moved, or there is nothing to move for. */
  nothingWaits(): void {
    this.waitingSince = null;
  }

  shown(): Condition {
    return this.noProgress() ?? this.current;
  }

  private noProgress(): Condition | null {
    if (this.current.state !== 'running' || this.waitingSince === null) return null;
    const overdueMs = this.clock.monotonic() - this.waitingSince - this.stalledAfterMs;
    if (overdueMs < 0) return null;
    return { state: 'stalled', code: 'bus.no-progress', reason: `events wait, and nothing was committed for ${this.stalledAfterMs / 1_000} s`, sinceMs: this.clock.now() - overdueMs };
  }
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
