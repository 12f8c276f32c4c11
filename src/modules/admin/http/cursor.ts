import { PipelineError } from '../../../domain/errors.js';

/** A cursor that did not come from the list that it was given back to. */
export class UnknownCursorError extends PipelineError {
  readonly code = 'request.invalid-cursor';
  readonly disposition = 'halt';

  constructor() {
    super('The cursor is not one of this list.', { remedy: 'start again without a cursor' });
  }
}

/** A page of a list, as every list of the API is answered. */
export interface Listed<Item> {
  readonly items: readonly Item[];
  /** Opaque; null on the last page. */
  readonly next: string | null;
}

/** Makes an item's id a cursor: opaque, so that nobody builds one. */
export function cursorAfter(id: string): string {
  return Buffer.from(id).toString('base64url');
}

/** @throws UnknownCursorError - not one of `cursorAfter`'s. */
export function idInCursor(cursor: string): string {
  const id = Buffer.from(cursor, 'base64url').toString('utf8');
  if (cursorAfter(id) !== cursor) throw new UnknownCursorError();
  return id;
}
