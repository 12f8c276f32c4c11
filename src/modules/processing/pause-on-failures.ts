import { Injectable } from '@nestjs/common';
import { type Position } from '../../domain/event-record.js';
import { Clock } from '../../ports/clock.port.js';
import { Heartbeats, Journal } from '../journal/index.js';
import { type DeadLetter } from './dead-letters/dead-letter.js';
import { FailureRateBreaker, type FailureRate } from './failure-rate-breaker.js';
import { PauseProcessing } from './pause-processing.js';

/** Pauses processing, everywhere and with the reason, when too large a share of the events becomes dead letters. */
@Injectable()
export class PauseOnFailures {
  private readonly breaker: FailureRateBreaker;

  constructor(
    clock: Clock,
    private readonly journal: Journal,
    private readonly heartbeats: Heartbeats,
    private readonly pauseProcessing: PauseProcessing,
  ) {
    this.breaker = new FailureRateBreaker(clock);
  }

  /**
   * Takes what became of events of one partition, once that is durable. Those below the end offsets of the last resume
   * do not count: an operator has decided to let them through.
   */
  async observe(events: readonly Position[], letters: readonly DeadLetter[]): Promise<void> {
    const offUpTo = this.journal.state().processing.breakerOffUpTo[events[0]?.partition ?? 0] ?? 0;
    const seen = this.breaker.record(countFrom(offUpTo, events), countFrom(offUpTo, letters.map(({ original }) => original)));
    if (seen === null) return;
    await this.pauseProcessing.execute({ actor: this.heartbeats.own().instanceId, reason: reasonOf(seen, letters) }, 'processing.failure-rate');
  }
}

/** How many lie at or after an offset; events are in order. */
function countFrom(offset: number, events: readonly Position[]): number {
  const first = events.findIndex((event) => event.offset >= offset);
  return first === -1 ? 0 : events.length - first;
}

function reasonOf(seen: FailureRate, letters: readonly DeadLetter[]): string {
  const latest = letters.at(-1)?.reason ?? 'none in the last batch';
  return `${seen.dead} of ${seen.events} events within ${seen.windowMs / 1_000} s became dead letters; the latest: ${latest}`;
}
