import { createHash } from 'node:crypto';
import { InvalidCursorError } from '../../ports/user-repository.port.js';

/** Which list a cursor belongs to: the whole table, or the people of one address. The address itself stays out of cursors, which end up in access logs. */
export type ListName = 'all' | `email:${string}`;

export function emailListName(email: string): ListName {
  return `email:${createHash('sha256').update(email).digest('base64url').slice(0, 12)}`;
}

/** An opaque cursor for "after this row of that list". */
export function encodeCursor(list: ListName, row: number): string {
  return Buffer.from(`${list}/${row}`).toString('base64url');
}

/**
 * The row number that a cursor stands for; 0, before all rows, for null.
 * @throws InvalidCursorError - not a cursor of that list.
 */
export function decodeCursor(list: ListName, cursor: string | null): number {
  if (cursor === null) return 0;
  const [name, digits = ''] = Buffer.from(cursor, 'base64url').toString('utf8').split('/');
  const row = Number(digits);
  if (name !== list || !Number.isSafeInteger(row) || row < 1 || encodeCursor(list, row) !== cursor) {
    throw new InvalidCursorError('this cursor does not come from this list', { remedy: 'begin again without a cursor' });
  }
  return row;
}
