import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type DatabaseSyncInstance, type StatementSyncInstance } from '@photostructure/sqlite';
import { DamagedDataError, DataLockedError, DiskFullError } from '../../domain/errors.js';

/** Short, so that a stopped process cannot block our event loop for long: who meets a lock tries again asynchronously. */
const BUSY_TIMEOUT_MS = 200;

const SQLITE_BUSY = 5;
const SQLITE_LOCKED = 6;
const SQLITE_IOERR = 10;
const SQLITE_CORRUPT = 11;
const SQLITE_FULL = 13;
const SQLITE_NOTADB = 26;

/** One data file: WAL, full sync, typed errors. All calls are synchronous; a transaction is a function without awaits. */
export class SqliteFile {
  private readonly database: DatabaseSyncInstance;
  private readonly statements = new Map<string, StatementSyncInstance>();

  private constructor(readonly path: string) {
    mkdirSync(dirname(path), { recursive: true });
    this.database = new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS });
    this.database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON');
  }

  /**
   * Opens the file, makes it and its folder where they are missing.
   * @throws DamagedDataError - it is there and is no database, or fails SQLite's check.
   */
  static open(path: string): SqliteFile {
    return translating(path, () => new SqliteFile(path));
  }

  exec(sql: string): void {
    translating(this.path, () => this.database.exec(sql));
  }

  /** The prepared statement of a text, kept: texts are literals of ours, never built from input. */
  prepare(sql: string): StatementSyncInstance {
    let statement = this.statements.get(sql);
    if (statement === undefined) {
      statement = translating(this.path, () => this.database.prepare(sql));
      this.statements.set(sql, statement);
    }
    return statement;
  }

  /**
   * Runs `work` in a write transaction: durable when it returns, rolled back when it throws.
   * @throws DataLockedError - another process is writing; nothing happened.
   * @throws DiskFullError - rolled back.
   */
  write<Result>(work: () => Result): Result {
    return translating(this.path, () => {
      this.database.exec('BEGIN IMMEDIATE');
      try {
        const result = work();
        this.database.exec('COMMIT');
        return result;
      } catch (error) {
        if (this.database.isTransaction) this.database.exec('ROLLBACK');
        throw error;
      }
    });
  }

  /** Runs `work` with typed errors and a stable snapshot. Keep it short: a long reader stops the checkpoint. */
  read<Result>(work: () => Result): Result {
    return translating(this.path, work);
  }

  close(): void {
    if (this.database.isOpen) this.database.close();
  }
}

function translating<Result>(path: string, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    throw translate(path, error);
  }
}

function translate(path: string, error: unknown): unknown {
  switch (sqliteCodeOf(error)) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return new DataLockedError(`${path} is being written by another process`, { cause: error });
    case SQLITE_FULL:
      return new DiskFullError(`the disk has no room for ${path}`, { cause: error, remedy: 'make room on the disk; Userstream goes on by itself' });
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_IOERR:
      return new DamagedDataError(`${path} is damaged: ${error instanceof Error ? error.message : 'unreadable'}`, {
        cause: error,
        remedy: 'stop every process, keep the file for inspection, and restore it from a backup or start with an empty folder',
      });
    default:
      return error;
  }
}

function sqliteCodeOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('sqliteCode' in error)) return undefined;
  return typeof error.sqliteCode === 'number' ? error.sqliteCode & 0xff : undefined;
}
