import { PipelineError } from '../../../domain/errors.js';

/** How far a list of dead letters has come, from the newest backwards: by partition, the offset below which it goes on. */
export type DeadLetterCursor = Readonly<Record<number, number>>;

/** A cursor that no page of dead letters gave. */
export class InvalidDeadLetterCursorError extends PipelineError {
  readonly code = 'dead-letters.invalid-cursor';
  readonly disposition = 'halt';
}

export function formatCursor(cursor: DeadLetterCursor): string {
  return Buffer.from(JSON.stringify(cursor)).toString('base64url');
}

/** @throws InvalidDeadLetterCursorError */
export function parseCursor(text: string): DeadLetterCursor {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
  } catch (cause) {
    throw new InvalidDeadLetterCursorError('this is no cursor of a list of dead letters', { cause });
  }
  if (!isCursor(value)) throw new InvalidDeadLetterCursorError('this is no cursor of a list of dead letters');
  return value;
}

function isCursor(value: unknown): value is DeadLetterCursor {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return Object.entries(value as Record<string, unknown>).every(([partition, offset]) => /^\d+$/.test(partition) && Number.isSafeInteger(offset) && Number(offset) >= 0);
}
