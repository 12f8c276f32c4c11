import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '../../ports/clock.port.js';
import { EventConsumer, type ConsumerStatus, type LogIncident, type PartitionState } from '../../ports/event-consumer.port.js';

const EVERY_MS = 1_000;

/** Says in the log what a person should know of the consumer: partitions stalled, halted and well again, and incidents. */
@Injectable()
export class WatchConsumer {
  private readonly logger = new Logger('Processing');
  private readonly troubles = new Map<number, PartitionState>();
  private readonly told = new Set<string>();

  constructor(
    private readonly consumer: EventConsumer,
    private readonly clock: Clock,
  ) {}

  /** Looks once a second, until `signal` aborts. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      this.look(this.consumer.status());
      await this.clock.sleep(EVERY_MS, signal);
    }
  }

  private look(status: ConsumerStatus): void {
    for (const partition of status.partitions) this.tellTrouble(partition);
    for (const incident of status.incidents) this.tellIncident(incident);
  }

  private tellTrouble(now: PartitionState): void {
    const { partition, state, next, code, reason } = now;
    const before = this.troubles.get(partition);
    if (state === 'halted' || state === 'stalled') {
      this.troubles.set(partition, now);
      if (before?.state === state && before.code === code) return;
      const what = `partition ${partition} ${state} at offset ${next}: ${code ?? 'no code'}, ${reason ?? 'no reason given'}`;
      if (state === 'halted') this.logger.error(`${what}; mend the cause, then resume processing or start again`);
      else this.logger.warn(`${what}; it goes on by itself`);
    } else if (before !== undefined && state === 'running') {
      this.troubles.delete(partition);
      this.logger.log(`partition ${partition} goes on at offset ${next}`);
    }
  }

  private tellIncident({ kind, partition, fromOffset, toOffset, atMs }: LogIncident): void {
    const incident = `${kind}/${partition}/${fromOffset}/${toOffset}/${atMs}`;
    if (this.told.has(incident)) return;
    this.told.add(incident);
    const at = new Date(atMs).toISOString();
    this.logger.warn(
      kind === 'gap'
        ? `partition ${partition}: the events ${fromOffset} to ${toOffset - 1} were removed from the log before they were processed (noticed ${at})`
        : `partition ${partition}: the log was replaced; processing went on at offset ${toOffset} instead of ${fromOffset} (noticed ${at})`,
    );
  }
}
