import { isUtf8 } from 'node:buffer';
import { type Position } from '../../../domain/event-record.js';
import { type DeadLetterStage, type ListedDeadLetter } from '../../processing/index.js';
import { isoTime } from '../http/time.js';

/** What a dead event held, as text where its bytes are UTF-8. */
export interface ValueView {
  readonly encoding: 'utf8' | 'base64';
  readonly data: string;
}

/** An event that can never be stored, as the API shows it. */
export interface DeadLetterView {
  /** The same for repeats of one event. */
  readonly id: string;
  /** Where it lies among the dead letters. */
  readonly position: Position;
  /** Where the event lay. */
  readonly original: Position;
  readonly stage: DeadLetterStage;
  readonly reason: string;
  readonly detail: string | null;
  readonly group: string;
  readonly at: string;
  /** Bytes of the event's value. */
  readonly size: number;
  readonly truncated: boolean;
  /** Only where it was asked for; null where the event had none. */
  readonly value?: ValueView | null;
}

export function viewOfDeadLetter({ letter, position, size }: ListedDeadLetter, withValue: boolean): DeadLetterView {
  const { topic, partition, offset, value } = letter.original;
  return {
    id: letter.id,
    position,
    original: { topic, partition, offset },
    stage: letter.stage,
    reason: letter.reason,
    detail: letter.detail,
    group: letter.group,
    at: isoTime(letter.deadAtMs),
    size: letter.truncation?.size ?? size,
    truncated: letter.truncation !== null,
    ...(withValue ? { value: value && viewOfValue(value) } : {}),
  };
}

function viewOfValue(value: Buffer): ValueView {
  const encoding = isUtf8(value) ? 'utf8' : 'base64';
  return { encoding, data: value.toString(encoding) };
}
