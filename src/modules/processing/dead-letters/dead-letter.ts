import { createHash } from 'node:crypto';
import { recordWith, type RecordedEvent } from '../../../domain/event-record.js';
import { deriveId } from '../../../domain/ids.js';

/** Where an event failed: its bytes are no event, or the table can never take it. */
export type DeadLetterStage = 'decode' | 'store';

/** What is known of a value that was too large to keep whole. */
export interface Truncation {
  /** Bytes of the original value. */
  readonly size: number;
  /** Of the original value, in hexadecimal. */
  readonly sha256: string;
}

/** An event that can never be stored, kept with its reason. */
export interface DeadLetter {
  /** The same for the same event and group, so that repeats (a batch that came again) can be told. */
  readonly id: string;
  /** As it lay on the log, byte for byte, unless truncated. */
  readonly original: RecordedEvent;
  readonly stage: DeadLetterStage;
  /** A stable code. */
  readonly reason: string;
  /** More about the reason, such as the field; nothing of the event's content. */
  readonly detail: string | null;
  /** The consumer group for which it is dead. */
  readonly group: string;
  /** Milliseconds since 1970 when it was given up. */
  readonly deadAtMs: number;
  /** Null while the original is whole. */
  readonly truncation: Truncation | null;
}

/** How much of a value a truncated dead letter keeps. */
export const KEPT_VALUE_BYTES = 64 * 1_024;
const KEPT_KEY_BYTES = 1_024;
const LONGEST_DETAIL = 500;

export function deadLetterOf(given: {
  original: RecordedEvent;
  stage: DeadLetterStage;
  reason: string;
  detail: string | null;
  group: string;
  deadAtMs: number;
}): DeadLetter {
  const { topic, partition, offset } = given.original;
  return {
    ...given,
    id: deriveId('dead-letter', given.group, topic, partition, offset),
    detail: given.detail === null ? null : given.detail.slice(0, LONGEST_DETAIL).toWellFormed(),
    truncation: null,
  };
}

/**
 * What is kept of an event that even the dead-letter topic refuses: its position, size and hash, and the first 64 KiB
 * of its value. Its headers go, and its key too if it is longer than 1 KiB: they may be what makes it too large.
 */
export function truncated(letter: DeadLetter): DeadLetter {
  const { value, key } = letter.original;
  const whole = value ?? Buffer.alloc(0);
  return {
    ...letter,
    original: recordWith(letter.original, {
      key: key === null || key.length > KEPT_KEY_BYTES ? null : key,
      value: value === null ? null : value.subarray(0, KEPT_VALUE_BYTES),
      headers: {},
    }),
    truncation: { size: whole.length, sha256: createHash('sha256').update(whole).digest('hex') },
  };
}
