import { Injectable, Logger } from '@nestjs/common';
import { formatPosition } from '../../../domain/event-record.js';
import { Clock } from '../../../ports/clock.port.js';
import { type DeadLetter } from './dead-letter.js';

const QUIET_MS = 60_000;

/** Tells the log of dead letters: the first of each reason at once, then one line a minute at most. Position and reason only. */
@Injectable()
export class DeadLetterNotices {
  private readonly logger = new Logger('DeadLetters');
  /** By reason, when it was last told, by the monotonic clock. */
  private readonly toldAt = new Map<string, number>();

  constructor(private readonly clock: Clock) {}

  tell(letters: readonly DeadLetter[]): void {
    const now = this.clock.monotonic();
    for (const { reason, original } of letters) {
      const toldAt = this.toldAt.get(reason);
      if (toldAt !== undefined && now - toldAt < QUIET_MS) continue;
      this.toldAt.set(reason, now);
      this.logger.warn(`${formatPosition(original)} became a dead letter: ${reason}`);
    }
  }
}
