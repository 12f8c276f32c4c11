import { Inject, Injectable } from '@nestjs/common';
import { EventLog } from '../../ports/event-log.port.js';
import { Heartbeats, Journal, type By, type ProcessingControl } from '../journal/index.js';
import { PROCESSING_CONTROL_OPTIONS, type ProcessingControlOptions } from './processing.options.js';
import { type ProcessingVitals } from './processing-vitals.js';

/** Lets processing go on in every process, halted partitions included. */
@Injectable()
export class ResumeProcessing {
  private inHand: Promise<ProcessingControl> | null = null;

  constructor(
    private readonly journal: Journal,
    private readonly heartbeats: Heartbeats,
    private readonly log: EventLog,
    @Inject(PROCESSING_CONTROL_OPTIONS) private readonly options: Pick<ProcessingControlOptions, 'topic'>,
  ) {}

  /**
   * Resolves with the state once it is a fact on the journal. The failure-rate breaker stays off up to the end of the
   * log as it is now: what waits there has been judged. Where nothing is paused or halted, nothing is written.
   * @throws BusUnavailableError - the log is away; nothing is resumed.
   */
  execute(by: By): Promise<ProcessingControl> {
    this.inHand ??= this.resume(by).finally(() => {
      this.inHand = null;
    });
    return this.inHand;
  }

  private async resume(by: By): Promise<ProcessingControl> {
    await this.journal.ready();
    if (this.journal.state().processing.paused || this.isHaltedAnywhere()) {
      const offsets = await this.log.offsets(this.options.topic);
      const endOffsets = Object.fromEntries(offsets.map(({ partition, end }) => [partition, end]));
      await this.journal.append({ type: 'processing.resumed', by, endOffsets });
    }
    return this.journal.state().processing;
  }

  private isHaltedAnywhere(): boolean {
    return this.heartbeats.instances().some(({ vitals }) => {
      const processing = vitals['processing'] as Partial<ProcessingVitals> | undefined;
      return processing?.consumer?.partitions.some(({ state }) => state === 'halted') ?? false;
    });
  }
}
