import { type Clock } from '../../ports/clock.port.js';
import { isOutOfDate, isRebalance } from './group-errors.js';

export interface SessionHeartParts {
  readonly clock: Clock;
  readonly heartbeatMs: number;
  readonly sessionTimeoutMs: number;
  /** The group wants its members to join anew. */
  readonly rebalance: (error: unknown) => void;
  /** The membership is over, or nothing was heard of the group for so long that it may be. */
  readonly lost: (error: unknown) => void;
}

/** Looks come so often between two heartbeats: kafkajs itself sends no more than one each interval. */
const LOOKS = 4;

/** Keeps the membership alive while handlers are at work: kafkajs sends heartbeats between batches only. */
export class SessionHeart {
  private atWork = 0;
  private heardAt: number;
  private beating = false;
  private resting = new AbortController();

  constructor(private readonly parts: SessionHeartParts) {
    this.heardAt = parts.clock.monotonic();
  }

  get isBusy(): boolean {
    return this.atWork > 0;
  }

  /** The group has answered. */
  heard(): void {
    this.heardAt = this.parts.clock.monotonic();
  }

  /** Sends heartbeats in the time that some work takes. */
  async during<Result>(beat: () => Promise<void>, work: Promise<Result>): Promise<Result> {
    this.atWork += 1;
    if (this.atWork === 1) void this.keepBeating(beat);
    try {
      return await work;
    } finally {
      this.atWork -= 1;
      if (this.atWork === 0) this.resting.abort();
    }
  }

  private async keepBeating(beat: () => Promise<void>): Promise<void> {
    const { clock, heartbeatMs, sessionTimeoutMs, lost } = this.parts;
    const { signal } = (this.resting = new AbortController());
    for (;;) {
      await clock.sleep(heartbeatMs / LOOKS, signal);
      if (signal.aborted) return;
      if (clock.monotonic() - this.heardAt > sessionTimeoutMs) {
        this.heard();
        lost(new Error(`nothing was heard of the group's coordinator for ${sessionTimeoutMs / 1_000} s: its partitions may be somebody else's`));
      }
      void this.beatOnce(beat);
    }
  }

  private async beatOnce(beat: () => Promise<void>): Promise<void> {
    if (this.beating) return;
    this.beating = true;
    try {
      await beat();
    } catch (error) {
      if (isRebalance(error)) this.heard();
      if (isRebalance(error)) this.parts.rebalance(error);
      else if (isOutOfDate(error)) this.parts.lost(error);
    } finally {
      this.beating = false;
    }
  }
}
