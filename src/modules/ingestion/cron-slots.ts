import { EventEmitter, on } from 'node:events';
import { type SchedulerRegistry } from '@nestjs/schedule';
import { CronJob } from 'cron';
import { type Clock } from '../../ports/clock.port.js';
import { LOOK_EVERY_MS, Slots, type Slot } from './slots.js';

/** The name of the job in Nest's SchedulerRegistry. */
export const INGESTION_JOB = 'ingestion';

/**
 * Windows that a cron expression begins, in its time zone. The job's timer counts the time that the machine is awake:
 * the clock is looked at too, so that a jump or a sleep delays a slot by seconds. Of several that passed in it the
 * first is told, as missed, and those whose windows are open still; a slot that passed while no process ran is not.
 */
export class CronSlots extends Slots {
  constructor(
    private readonly clock: Clock,
    private readonly registry: SchedulerRegistry,
    private readonly schedule: { readonly cron: string; readonly timezone: string; readonly windowMs: number },
  ) {
    super();
  }

  async *open(signal: AbortSignal): AsyncIterable<Slot> {
    if (signal.aborted) return;
    const fired = new EventEmitter();
    const slots = on(fired, 'slot', { signal });
    const due = this.fireInto(fired);
    void this.watch(due, signal).catch((error: unknown) => fired.emit('error', error));
    try {
      for await (const [slot] of slots as AsyncIterable<[Slot]>) yield slot;
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      if (this.registry.doesExist('cron', INGESTION_JOB)) this.registry.deleteCronJob(INGESTION_JOB);
    }
  }

  /** Starts the job; a slot starts at the second that the expression names, however late it is noticed. */
  private fireInto(fired: EventEmitter): DueSlots {
    const { cron, timezone, windowMs } = this.schedule;
    const job: CronJob = CronJob.from({ cronTime: cron, timeZone: timezone, onTick: () => due.take() });
    const next = (afterMs: number): number => job.cronTime.getNextDateFrom(new Date(afterMs), timezone).toMillis();
    const due: DueSlots = new DueSlots(this.clock, windowMs, next, (slot) => fired.emit('slot', slot));
    this.registry.addCronJob(INGESTION_JOB, job);
    job.start();
    return due;
  }

  private async watch(due: DueSlots, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.clock.sleep(Math.min(Math.max(due.leftMs, 1), LOOK_EVERY_MS), signal);
      if (!signal.aborted) due.take();
    }
  }
}

/** Hands over each slot once its time has come, whoever noticed that. */
class DueSlots {
  private lookedAtMs: number;
  private dueMs: number;

  constructor(
    private readonly clock: Clock,
    private readonly windowMs: number,
    private readonly next: (afterMs: number) => number,
    private readonly handOver: (slot: Slot) => void,
  ) {
    this.lookedAtMs = clock.now();
    this.dueMs = next(this.lookedAtMs);
  }

  get leftMs(): number {
    return this.dueMs - this.clock.now();
  }

  take(): void {
    const nowMs = this.clock.now();
    if (nowMs < this.lookedAtMs - LOOK_EVERY_MS) this.dueMs = this.next(nowMs);
    this.lookedAtMs = nowMs;
    while (this.dueMs <= nowMs) {
      const window = { startMs: this.dueMs, endMs: this.dueMs + this.windowMs };
      this.handOver({ window, missed: window.endMs <= nowMs });
      this.dueMs = this.next(Math.max(this.dueMs, nowMs - this.windowMs));
    }
  }
}
