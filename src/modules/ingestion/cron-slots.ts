import { EventEmitter, on } from 'node:events';
import { type SchedulerRegistry } from '@nestjs/schedule';
import { CronJob } from 'cron';
import { type Window } from '../../domain/run.js';
import { Slots } from './slots.js';

/** The name of the job in Nest's SchedulerRegistry. */
export const INGESTION_JOB = 'ingestion';

/** Windows that a cron expression begins, in its time zone. A slot that passed while no process ran is not taken up. */
export class CronSlots extends Slots {
  constructor(
    private readonly registry: SchedulerRegistry,
    private readonly schedule: { readonly cron: string; readonly timezone: string; readonly windowMs: number },
  ) {
    super();
  }

  async *open(signal: AbortSignal): AsyncIterable<Window> {
    if (signal.aborted) return;
    const fired = new EventEmitter();
    const slots = on(fired, 'slot', { signal });
    this.fireInto(fired);
    try {
      for await (const [slot] of slots as AsyncIterable<[Window]>) yield slot;
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      if (this.registry.doesExist('cron', INGESTION_JOB)) this.registry.deleteCronJob(INGESTION_JOB);
    }
  }

  /** A slot starts at the second that the expression names, however late the timer is. */
  private fireInto(fired: EventEmitter): void {
    const { cron, timezone, windowMs } = this.schedule;
    const job = CronJob.from({
      cronTime: cron,
      timeZone: timezone,
      onTick: () => {
        fired.emit('slot', { startMs: dueMs, endMs: dueMs + windowMs } satisfies Window);
        dueMs = nextSecondOf(job);
      },
    });
    let dueMs = nextSecondOf(job);
    this.registry.addCronJob(INGESTION_JOB, job);
    job.start();
  }
}

function nextSecondOf(job: CronJob): number {
  return Math.floor(job.nextDate().toMillis() / 1_000) * 1_000;
}
