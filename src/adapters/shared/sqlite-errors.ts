import { statfsSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname } from 'node:path';
import { DamagedDataError, DataFileError, DataFolderError, DataLockedError, DiskFullError } from '../../domain/errors.js';
import { errorCodeOf } from './error-code.js';

/** Primary result codes: sqlite.org/rescode.html. */
const SQLITE_PERM = 3;
const SQLITE_BUSY = 5;
const SQLITE_LOCKED = 6;
const SQLITE_NOMEM = 7;
const SQLITE_READONLY = 8;
const SQLITE_IOERR = 10;
const SQLITE_CORRUPT = 11;
const SQLITE_FULL = 13;
const SQLITE_CANTOPEN = 14;
const SQLITE_NOTADB = 26;
/** Extended codes: the file system says that its own data is damaged; the file of the WAL's index could not be extended. */
const SQLITE_IOERR_CORRUPTFS = 8_458;
const SQLITE_IOERR_SHMSIZE = 4_874;

/** Errors met while rows are stepped through come from the driver (1.2) without a code, with SQLite's own text for it. */
const CODE_OF_MESSAGE: ReadonlyMap<string, number> = new Map([
  ['database is locked', SQLITE_BUSY],
  ['database table is locked', SQLITE_LOCKED],
  ['out of memory', SQLITE_NOMEM],
  ['attempt to write a readonly database', SQLITE_READONLY],
  ['disk I/O error', SQLITE_IOERR],
  ['database disk image is malformed', SQLITE_CORRUPT],
  ['database or disk is full', SQLITE_FULL],
  ['unable to open database file', SQLITE_CANTOPEN],
  ['file is not a database', SQLITE_NOTADB],
]);

/** What the operating system says where a disk, or somebody's share of it, is full. */
const NO_ROOM_ERRNOS: ReadonlySet<unknown> = new Set([constants.errno.ENOSPC, constants.errno.EDQUOT]);
const NO_ROOM_CODES: ReadonlySet<unknown> = new Set(['ENOSPC', 'EDQUOT']);
/** The codes of Node's own errors when a folder cannot be made. */
const REFUSALS: ReadonlySet<unknown> = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EEXIST', 'ENOENT']);
/** Less than this is no room: SQLite extends the WAL's index by 32 KiB at a time. */
const ROOM_BYTES = 32 * 1_024;

/** The remedy of every damaged data file. */
export const DAMAGE_REMEDY = 'stop every process, keep the file for inspection, and restore it from a backup or start with an empty folder';
const FOLDER_REMEDY = 'let the user who runs Userstream read and write the data folder and every file in it, or set DATA_DIR to a folder where that is so; then start again';
const FILE_REMEDY = 'see what the system log says of this disk; Userstream tries again by itself';

/**
 * SQLite's error as one of ours, which says what to do; anything else as it is. Damage is only what SQLite or the file
 * system calls so: a disk that fails, or is full, leaves what was committed as it was.
 */
export function translateSqliteError(path: string, error: unknown): unknown {
  const code = sqliteCodeOf(error);
  if (code === undefined) return translateSystemError(path, error);
  if (code === SQLITE_IOERR_CORRUPTFS) return damaged(path, error);
  switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return new DataLockedError(`${path} is being written by another process`, { cause: error });
    case SQLITE_FULL:
      return diskFull(path, error);
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return damaged(path, error);
    case SQLITE_IOERR:
    case SQLITE_NOMEM:
      return code === SQLITE_IOERR_SHMSIZE || lacksRoom(path, error) ? diskFull(path, error) : new DataFileError(`${path} cannot be read or written: ${messageOf(error)}`, { cause: error, remedy: FILE_REMEDY });
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
    case SQLITE_PERM:
      return lacksRoom(path, error) ? diskFull(path, error) : refused(path, error);
    default:
      return error;
  }
}

/** What ends a start, with the remedy for that: a process that has ended does not go on by itself. */
export function refusalToStart(error: unknown): unknown {
  return error instanceof DiskFullError ? new DiskFullError(error.message, { cause: error, remedy: 'make room, then start again' }) : error;
}

/** A folder that cannot be made is told by Node, before there is any SQLite. */
function translateSystemError(path: string, error: unknown): unknown {
  const code = errorCodeOf(error);
  if (NO_ROOM_CODES.has(code)) return diskFull(path, error);
  return REFUSALS.has(code) ? refused(path, error) : error;
}

function diskFull(path: string, cause: unknown): DiskFullError {
  return new DiskFullError(`the disk has no room for ${path}`, { cause, remedy: 'make room on the disk; Userstream goes on by itself' });
}

function damaged(path: string, cause: unknown): DamagedDataError {
  return new DamagedDataError(`${path} is damaged: ${messageOf(cause)}`, { cause, remedy: DAMAGE_REMEDY });
}

function refused(path: string, cause: unknown): DataFolderError {
  return new DataFolderError(`${path} cannot be opened or written: ${messageOf(cause)}`, { cause, remedy: FOLDER_REMEDY });
}

/** By what the system answered, or else by what the disk says now: SQLite gives many codes for a write that did not fit. */
function lacksRoom(path: string, error: unknown): boolean {
  if (typeof error === 'object' && error !== null && 'systemErrno' in error && NO_ROOM_ERRNOS.has(error.systemErrno)) return true;
  try {
    const { bavail, bsize, files, ffree } = statfsSync(dirname(path));
    return bavail * bsize < ROOM_BYTES || (files > 0 && ffree === 0);
  } catch {
    return false;
  }
}

/**
 * The extended code where there is one. By its shape: the driver is native, and its errors may belong to another realm
 * than ours.
 */
function sqliteCodeOf(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  if ('sqliteExtendedCode' in error && typeof error.sqliteExtendedCode === 'number') return error.sqliteExtendedCode;
  if ('sqliteCode' in error && typeof error.sqliteCode === 'number') return error.sqliteCode;
  return CODE_OF_MESSAGE.get(messageOf(error));
}

function messageOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'message' in error ? String(error.message) : 'unreadable';
}
