import { type EventLog } from '../../../src/ports/event-log.port.js';
import { RepeatedLook } from './repeated-look.js';

interface Stretch {
  committed: number;
  /** Since when nothing was committed although something waited. */
  sinceMs: number;
}

/** Watches a group from outside, and measures for how long it committed nothing while events waited for it. */
export class StallMeter {
  /** Of the group as a whole, and of the partition that waited longest, seconds. */
  readonly longest = { whole: 0, partition: 0 };
  private readonly stretches = new Map<number | 'whole', Stretch>();
  private readonly looking: RepeatedLook;

  constructor(
    private readonly log: EventLog,
    private readonly topic: string,
    private readonly group: string,
  ) {
    this.looking = new RepeatedLook(() => this.look());
  }

  stop(): Promise<void> {
    return this.looking.stop();
  }

  private async look(): Promise<void> {
    const whole = { lag: 0, committed: 0 };
    for (const { partition, lag, committed } of await this.log.lag(this.topic, this.group)) {
      whole.lag += lag;
      whole.committed += committed ?? 0;
      this.longest.partition = Math.max(this.longest.partition, this.stalledFor(partition, lag, committed ?? 0));
    }
    this.longest.whole = Math.max(this.longest.whole, this.stalledFor('whole', whole.lag, whole.committed));
  }

  private stalledFor(what: number | 'whole', lag: number, committed: number): number {
    const now = performance.now();
    const stretch = this.stretches.get(what);
    if (stretch === undefined || lag === 0 || stretch.committed !== committed) {
      this.stretches.set(what, { committed, sinceMs: now });
      return 0;
    }
    return (now - stretch.sinceMs) / 1_000;
  }
}
