import { Inject, Injectable } from '@nestjs/common';
import { recordWith, type Position } from '../../../domain/event-record.js';
import { EventLog } from '../../../ports/event-log.port.js';
import { PROCESSING_CONTROL_OPTIONS, type ProcessingControlOptions } from '../processing.options.js';
import { formatCursor, parseCursor, type DeadLetterCursor } from './dead-letter.cursor.js';
import { decodeDeadLetter } from './dead-letter.codec.js';
import { type DeadLetter } from './dead-letter.js';

/** A dead letter and where it lies in the dead-letter topic. */
export interface ListedDeadLetter {
  readonly letter: DeadLetter;
  readonly position: Position;
  /** Bytes of the value that lies there, whether it was asked for or not. */
  readonly size: number;
}

export interface DeadLetterPage {
  readonly items: readonly ListedDeadLetter[];
  /** Opaque; null on the last page. */
  readonly next: string | null;
}

/** What a page asks for. */
export interface DeadLetterRequest {
  readonly cursor: string | null;
  readonly limit: number;
  /** Whether to keep the original values; without, each is null. */
  readonly values?: boolean;
}

/** What was read of a partition for a page and not taken yet: letters, newest first, down to the offset `from`. */
interface Stretch {
  readonly partition: number;
  readonly first: number;
  readonly letters: ListedDeadLetter[];
  from: number;
  /** How many records may still be read for this page. */
  left: number;
  /** How many to read at once. */
  step: number;
}

/** Letters may be as large as events: a few are read first, more at once where they are small. */
const FIRST_STEP = 4;
const LONGEST_STEP = 64;
const SMALL_STEP_BYTES = 256 * 1_024;
/** A page ends early when the values of its letters reach this. */
const PAGE_BYTES = 4 * 1_024 * 1_024;

/** Lists the dead letters of every group, the newest first. */
@Injectable()
export class ListDeadLetters {
  constructor(
    private readonly log: EventLog,
    @Inject(PROCESSING_CONTROL_OPTIONS) private readonly options: ProcessingControlOptions,
  ) {}

  /**
   * At most `limit` of them, fewer where they are large: only a page without `next` is the last. Repeats of one event
   * have the same id. Those that come while somebody pages are on none of the later pages.
   * @throws InvalidDeadLetterCursorError - a cursor that no page gave.
   * @throws BusUnavailableError - the log is away.
   */
  async execute({ cursor: text, limit, values = false }: DeadLetterRequest): Promise<DeadLetterPage> {
    const cursor = text === null ? {} : parseCursor(text);
    const offsets = await this.log.offsets(this.options.deadLetterTopic);
    const stretches = offsets.map((held): Stretch => ({ partition: held.partition, first: held.first, letters: [], from: cursor[held.partition] ?? held.end, left: limit, step: FIRST_STEP }));
    const items = await this.takeNewest(stretches, limit, values);
    const below = stretches.map(({ partition, first, from, letters }) => ({ partition, first, upTo: letters[0] ? letters[0].position.offset + 1 : from }));
    const more = below.some(({ upTo, first }) => upTo > first);
    return { items, next: more ? formatCursor(Object.fromEntries(below.map(({ partition, upTo }) => [partition, upTo])) satisfies DeadLetterCursor) : null };
  }

  /** Always the newest of the stretches' first ones, so that each partition keeps its own order. */
  private async takeNewest(stretches: readonly Stretch[], limit: number, values: boolean): Promise<ListedDeadLetter[]> {
    const taken: ListedDeadLetter[] = [];
    for (let bytes = 0; taken.length < limit && bytes < PAGE_BYTES; ) {
      for (const stretch of stretches) await this.readOn(stretch, values);
      if (stretches.some(({ letters, from, first }) => letters.length === 0 && from > first)) break;
      const letter = newestOf(stretches)?.letters.shift();
      if (letter === undefined) break;
      taken.push(letter);
      bytes += letter.size;
    }
    return taken;
  }

  /** Reads backwards until there is a letter, the partition's beginning, or as much read as a page may hold. */
  private async readOn(stretch: Stretch, values: boolean): Promise<void> {
    while (stretch.letters.length === 0 && stretch.from > stretch.first && stretch.left > 0) {
      const to = stretch.from;
      const from = Math.max(stretch.first, to - Math.min(stretch.step, stretch.left));
      let bytes = 0;
      for await (const batch of this.log.read({ topic: this.options.deadLetterTopic, partition: stretch.partition, from, to })) {
        for (const record of batch) {
          bytes += record.value?.length ?? 0;
          const letter = decodeDeadLetter(record);
          if (letter !== null) stretch.letters.unshift(listed(letter, { topic: record.topic, partition: stretch.partition, offset: record.offset }, values));
        }
      }
      stretch.from = from;
      stretch.left -= to - from;
      stretch.step = bytes > SMALL_STEP_BYTES ? FIRST_STEP : Math.min(LONGEST_STEP, stretch.step * 2);
    }
  }
}

function listed(letter: DeadLetter, position: Position, values: boolean): ListedDeadLetter {
  const size = letter.original.value?.length ?? 0;
  return { letter: values ? letter : { ...letter, original: recordWith(letter.original, { value: null }) }, position, size };
}

function newestOf(stretches: readonly Stretch[]): Stretch | undefined {
  let newest: Stretch | undefined;
  for (const stretch of stretches) if (headTime(stretch) > headTime(newest)) newest = stretch;
  return newest;
}

function headTime(stretch: Stretch | undefined): number {
  return stretch?.letters[0]?.letter.deadAtMs ?? -Infinity;
}
