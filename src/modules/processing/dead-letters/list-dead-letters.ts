import { Inject, Injectable } from '@nestjs/common';
import { type Position } from '../../../domain/event-record.js';
import { EventLog, type PartitionOffsets } from '../../../ports/event-log.port.js';
import { PROCESSING_CONTROL_OPTIONS, type ProcessingControlOptions } from '../processing.options.js';
import { formatCursor, parseCursor, type DeadLetterCursor } from './dead-letter.cursor.js';
import { decodeDeadLetter } from './dead-letter.codec.js';
import { type DeadLetter } from './dead-letter.js';

/** A dead letter and where it lies in the dead-letter topic. */
export interface ListedDeadLetter {
  readonly letter: DeadLetter;
  readonly position: Position;
}

export interface DeadLetterPage {
  readonly items: readonly ListedDeadLetter[];
  /** Opaque; null on the last page. */
  readonly next: string | null;
}

/** What was read of a partition for a page: its letters, newest first, down to the offset `from`. */
interface Stretch {
  readonly partition: number;
  readonly first: number;
  readonly from: number;
  readonly letters: ListedDeadLetter[];
}

/** Lists the dead letters of every group, the newest first. */
@Injectable()
export class ListDeadLetters {
  constructor(
    private readonly log: EventLog,
    @Inject(PROCESSING_CONTROL_OPTIONS) private readonly options: ProcessingControlOptions,
  ) {}

  /**
   * At most `limit` of them; repeats of one event have the same id. Those that come while somebody pages are on none
   * of the later pages.
   * @throws InvalidDeadLetterCursorError - a cursor that no page gave.
   * @throws BusUnavailableError - the log is away.
   */
  async execute(page: { cursor: string | null; limit: number }): Promise<DeadLetterPage> {
    const cursor = page.cursor === null ? {} : parseCursor(page.cursor);
    const offsets = await this.log.offsets(this.options.deadLetterTopic);
    const stretches = await Promise.all(offsets.map((held) => this.readBelow(held, cursor[held.partition] ?? held.end, page.limit)));
    const items = takeNewest(stretches, page.limit);
    const below = stretches.map((stretch) => ({ ...stretch, upTo: stretch.letters[0] ? stretch.letters[0].position.offset + 1 : stretch.from }));
    const more = below.some(({ upTo, first }) => upTo > first);
    return { items, next: more ? formatCursor(Object.fromEntries(below.map(({ partition, upTo }) => [partition, upTo])) satisfies DeadLetterCursor) : null };
  }

  private async readBelow({ partition, first }: PartitionOffsets, upTo: number, limit: number): Promise<Stretch> {
    const from = Math.max(first, upTo - limit);
    const letters: ListedDeadLetter[] = [];
    for await (const batch of this.log.read({ topic: this.options.deadLetterTopic, partition, from, to: upTo })) {
      for (const record of batch) {
        const letter = decodeDeadLetter(record);
        if (letter !== null) letters.push({ letter, position: { topic: record.topic, partition, offset: record.offset } });
      }
    }
    return { partition, first, from, letters: letters.reverse() };
  }
}

/** Takes up to `limit` letters out of the stretches: always the newest of their first ones, so that each keeps its own order. */
function takeNewest(stretches: readonly Stretch[], limit: number): ListedDeadLetter[] {
  const taken: ListedDeadLetter[] = [];
  while (taken.length < limit) {
    let newest: Stretch | undefined;
    for (const stretch of stretches) if (headTime(stretch) > headTime(newest)) newest = stretch;
    const letter = newest?.letters.shift();
    if (letter === undefined) break;
    taken.push(letter);
  }
  return taken;
}

function headTime(stretch: Stretch | undefined): number {
  return stretch?.letters[0]?.letter.deadAtMs ?? -Infinity;
}
