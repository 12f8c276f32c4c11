import { SourceRefusedError } from '../../ports/user-source.port.js';
import { type FilePlace } from './record-reader.js';

/** A place as a cursor: opaque to everybody else. */
export function formatCursor({ offset, line }: FilePlace): string {
  return `${offset}.${line}`;
}

/** @throws SourceRefusedError - it is none of ours, or from before the first record. */
export function parseCursor(cursor: string, first: FilePlace): FilePlace {
  const [, offset, line] = /^(\d{1,15})\.(\d{1,15})$/.exec(cursor) ?? [];
  const place = { offset: Number(offset), line: Number(line) };
  if (place.offset >= first.offset && place.line >= first.line) return place;
  throw new SourceRefusedError('invalid-cursor', 'the cursor did not come from this file', { remedy: 'start a new run of the file' });
}
