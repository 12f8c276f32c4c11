import { Injectable } from '@nestjs/common';
import { Journal, type By, type ProcessingControl } from '../journal/index.js';

/** Pauses processing in every process, until somebody resumes it; restarts included. */
@Injectable()
export class PauseProcessing {
  private inHand: Promise<ProcessingControl> | null = null;

  constructor(private readonly journal: Journal) {}

  /**
   * Resolves with the state once it is a fact on the journal; while the bus is away it waits for it. Pausing what is
   * paused changes nothing: the first reason stays.
   * @param code - why, for machines: `operator`, or what this pipeline found by itself.
   */
  execute(by: By, code = 'operator'): Promise<ProcessingControl> {
    this.inHand ??= this.pause(by, code).finally(() => {
      this.inHand = null;
    });
    return this.inHand;
  }

  private async pause(by: By, code: string): Promise<ProcessingControl> {
    await this.journal.ready();
    if (!this.journal.state().processing.paused) await this.journal.append({ type: 'processing.paused', by, code });
    return this.journal.state().processing;
  }
}
