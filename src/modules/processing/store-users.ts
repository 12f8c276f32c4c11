import { Inject, Injectable } from '@nestjs/common';
import { type RecordedEvent } from '../../domain/event-record.js';
import { type TallyDelta } from '../../domain/tally.js';
import { UndecodableEventError } from '../../domain/undecodable-event.js';
import { decodeUserCreated, type DecodeOptions } from '../../domain/user-created.codec.js';
import { type ReceivedUserCreated } from '../../domain/user-created.js';
import { Clock } from '../../ports/clock.port.js';
import { UserRepository, type RejectedRow } from '../../ports/user-repository.port.js';
import { DeadLetterNotices } from './dead-letters/dead-letter-notices.js';
import { deadLetterOf, type DeadLetter } from './dead-letters/dead-letter.js';
import { PublishDeadLetters } from './dead-letters/publish-dead-letters.js';
import { PauseOnFailures } from './pause-on-failures.js';
import { ProcessingMeter } from './processing-meter.js';
import { PROCESSING_OPTIONS, type ProcessingOptions } from './processing.options.js';

/** What decoding made of a stretch: `users[i]` was read from `records[i]`. */
interface Decoded {
  readonly users: ReceivedUserCreated[];
  readonly records: RecordedEvent[];
  readonly letters: DeadLetter[];
}

/** The reason of an event at which our own decoder failed: a bug, which shall not stop the others. */
const DECODER_UNEXPECTED = 'decoder.unexpected';

/** Brings a stretch of user-created events into the table, and what can never get there to the dead letters. */
@Injectable()
export class StoreUsers {
  constructor(
    private readonly repository: UserRepository,
    private readonly publishDeadLetters: PublishDeadLetters,
    private readonly notices: DeadLetterNotices,
    private readonly pauseOnFailures: PauseOnFailures,
    private readonly meter: ProcessingMeter,
    private readonly clock: Clock,
    @Inject(PROCESSING_OPTIONS) private readonly options: Pick<ProcessingOptions, 'group' | 'fields'>,
  ) {}

  /**
   * Each event is durable in the table or among the dead letters when it resolves, and the tally says which. The dead
   * letters are published after the rows are stored, so that a table that is away for hours makes no repeats of them.
   * Anything thrown says that the same events must come again (disposition `retry`) or that a person is needed; what
   * was stored or published by then is stored or published again without harm.
   */
  async execute(events: readonly RecordedEvent[], signal: AbortSignal): Promise<TallyDelta> {
    const { users, records, letters } = this.decode(events);
    const rejected = users.length === 0 ? [] : (await this.repository.saveAll(users, signal)).rejected;
    for (const row of rejected) letters.push(this.rejectedLetter(row, records[row.index]));
    const stored = rejected.length === 0 ? users : withoutRejected(users, rejected);
    this.meter.stored(stored);
    if (letters.length > 0) await this.giveUp(letters, signal);
    await this.pauseOnFailures.observe(events, letters);
    return { stored: stored.length, dead: letters.length, skipped: 0 };
  }

  private decode(events: readonly RecordedEvent[]): Decoded {
    const decoded: Decoded = { users: [], records: [], letters: [] };
    const options: DecodeOptions = { fields: this.options.fields, nowMs: this.clock.now() };
    for (const event of events) {
      try {
        decoded.users.push(decodeUserCreated(event, options));
        decoded.records.push(event);
      } catch (error) {
        decoded.letters.push(this.undecodableLetter(event, error));
      }
    }
    return decoded;
  }

  private async giveUp(letters: DeadLetter[], signal: AbortSignal): Promise<void> {
    letters.sort((a, b) => a.original.offset - b.original.offset);
    await this.publishDeadLetters.execute(letters, signal);
    this.meter.dead(letters);
    this.notices.tell(letters);
  }

  private undecodableLetter(original: RecordedEvent, error: unknown): DeadLetter {
    const fault =
      error instanceof UndecodableEventError
        ? { reason: error.reason, detail: error.detail ?? null }
        : { reason: DECODER_UNEXPECTED, detail: error instanceof Error ? error.name : typeof error };
    return deadLetterOf({ ...fault, original, stage: 'decode', group: this.options.group, deadAtMs: this.clock.now() });
  }

  private rejectedLetter(row: RejectedRow, original: RecordedEvent | undefined): DeadLetter {
    if (original === undefined) throw new RangeError(`the table rejected row ${row.index}, which it was not given`);
    return deadLetterOf({ original, stage: 'store', reason: row.reason, detail: row.message, group: this.options.group, deadAtMs: this.clock.now() });
  }
}

function withoutRejected(users: readonly ReceivedUserCreated[], rejected: readonly RejectedRow[]): readonly ReceivedUserCreated[] {
  const indexes = new Set(rejected.map(({ index }) => index));
  return users.filter((_, index) => !indexes.has(index));
}
