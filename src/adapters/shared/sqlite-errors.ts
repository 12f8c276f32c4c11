import { DamagedDataError, DataLockedError, DiskFullError } from '../../domain/errors.js';

/** Primary result codes: sqlite.org/rescode.html. */
const SQLITE_BUSY = 5;
const SQLITE_LOCKED = 6;
const SQLITE_IOERR = 10;
const SQLITE_CORRUPT = 11;
const SQLITE_FULL = 13;
const SQLITE_NOTADB = 26;

/** Errors met while rows are stepped through come from the driver (1.2) without a code, with SQLite's own text for it. */
const CODE_OF_MESSAGE: ReadonlyMap<string, number> = new Map([
  ['database is locked', SQLITE_BUSY],
  ['database table is locked', SQLITE_LOCKED],
  ['disk I/O error', SQLITE_IOERR],
  ['database disk image is malformed', SQLITE_CORRUPT],
  ['database or disk is full', SQLITE_FULL],
  ['file is not a database', SQLITE_NOTADB],
]);

/** The remedy of every damaged data file. */
export const DAMAGE_REMEDY = 'stop every process, keep the file for inspection, and restore it from a backup or start with an empty folder';

/** SQLite's error as one of ours, which says what to do; anything else as it is. */
export function translateSqliteError(path: string, error: unknown): unknown {
  switch (sqliteCodeOf(error)) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return new DataLockedError(`${path} is being written by another process`, { cause: error });
    case SQLITE_FULL:
      return new DiskFullError(`the disk has no room for ${path}`, { cause: error, remedy: 'make room on the disk; Userstream goes on by itself' });
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_IOERR:
      return new DamagedDataError(`${path} is damaged: ${messageOf(error)}`, { cause: error, remedy: DAMAGE_REMEDY });
    default:
      return error;
  }
}

/** By its shape: the driver is native, and its errors may belong to another realm than ours. */
function sqliteCodeOf(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  if ('sqliteCode' in error && typeof error.sqliteCode === 'number') return error.sqliteCode & 0xff;
  return CODE_OF_MESSAGE.get(messageOf(error));
}

function messageOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'message' in error ? String(error.message) : 'unreadable';
}
