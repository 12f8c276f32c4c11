import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type DatabaseSyncInstance, type StatementSyncInstance } from '@photostructure/sqlite';
import { DamagedDataError } from '../../domain/errors.js';
import { checkIntegrity, type IntegrityLimits } from './sqlite-check.js';
import { translateSqliteError } from './sqlite-errors.js';

/** Short, so that a stopped process cannot block our event loop for long: who meets a lock tries again asynchronously. */
const BUSY_TIMEOUT_MS = 200;

/** People's data: for the user who runs the process alone. A folder that exists keeps its mode. */
const FOLDER_MODE = 0o700;

/** What a WAL file that grew under a long reader is cut back to. */
const WAL_LIMIT_BYTES = 64 * 1024 * 1024;

/** One data file: WAL, full sync, typed errors. All calls are synchronous; a transaction is a function without awaits. */
export class SqliteFile {
  private readonly database: DatabaseSyncInstance;
  private readonly statements = new Map<string, StatementSyncInstance>();
  private busyTimeoutMs = BUSY_TIMEOUT_MS;
  private found: DamagedDataError | null = null;

  private constructor(readonly path: string, limits: IntegrityLimits) {
    mkdirSync(dirname(path), { recursive: true, mode: FOLDER_MODE });
    this.database = new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS });
    try {
      checkIntegrity(this.database, path, limits);
      this.database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA journal_size_limit = ${WAL_LIMIT_BYTES}`);
    } catch (error) {
      this.database.close();
      throw error;
    }
  }

  /**
   * Opens the file, makes it and its folder where they are missing. Nothing is written to a file that fails the check.
   * @throws DamagedDataError - it is there and is no database, or fails SQLite's check.
   * @throws DiskFullError, DataFileError
   * @throws DataFolderError - the folder or the file is not for this user to write.
   * @throws DataLockedError - another process holds it exclusively, as for a moment at its start or end: open it again.
   */
  static open(path: string, limits: IntegrityLimits = {}): SqliteFile {
    try {
      return new SqliteFile(path, limits);
    } catch (error) {
      throw translateSqliteError(path, error);
    }
  }

  get isOpen(): boolean {
    return this.database.isOpen;
  }

  /** The damage that a call has met since the file was opened. */
  get damage(): DamagedDataError | null {
    return this.found;
  }

  /** Whether the caller is inside `write` or `read`. */
  get inTransaction(): boolean {
    return this.database.isTransaction;
  }

  exec(sql: string): void {
    this.translating(() => this.database.exec(sql));
  }

  /** The prepared statement of a text, kept: texts are literals of ours, never built from input. */
  prepare(sql: string): StatementSyncInstance {
    return this.prepared(sql, false);
  }

  /** Like `prepare`, with each row as an array of its columns: the faster form for many rows. */
  prepareRows(sql: string): StatementSyncInstance {
    return this.prepared(sql, true);
  }

  /**
   * Runs `work` in a write transaction: durable when it returns, rolled back when it throws. It waits `patienceMs` for
   * another process's transaction, and blocks the event loop meanwhile.
   * @throws DataLockedError - another process is writing; nothing happened.
   * @throws DiskFullError - rolled back.
   * @throws DamagedDataError - the file is damaged, or was found so earlier: nothing is written to it any more.
   */
  write<Result>(work: () => Result, patienceMs = BUSY_TIMEOUT_MS): Result {
    if (this.found !== null) throw this.found;
    return this.translating(() => {
      this.wait(patienceMs);
      this.database.exec('BEGIN IMMEDIATE');
      return this.finish(work);
    });
  }

  /** Runs `work` with typed errors and a stable snapshot. Keep it short: a long reader stops the checkpoint. */
  read<Result>(work: () => Result): Result {
    return this.translating(() => {
      if (this.database.isTransaction) return work();
      this.database.exec('BEGIN');
      return this.finish(work);
    });
  }

  /** A number that changes whenever another connection, of whichever process, has committed to the file. */
  dataVersion(): number {
    return this.numberOf('PRAGMA data_version');
  }

  /** The number that a pragma or a query answers in its one row and column. */
  numberOf(sql: string): number {
    return this.translating(() => {
      const [value] = this.prepareRows(sql).get() as [number];
      return value;
    });
  }

  /**
   * Ends the use of the file. The driver leaves the connection to the garbage collector, so the WAL is moved into the
   * file by hand: who copies a folder at rest gets all of it. While others write, that stays with them.
   */
  close(): void {
    if (!this.database.isOpen) return;
    try {
      if (this.found === null) this.database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    } catch {
      // What could not be moved is as durable in the WAL, and the next process finds it there.
    }
    this.database.close();
  }

  private finish<Result>(work: () => Result): Result {
    try {
      const result = work();
      this.database.exec('COMMIT');
      return result;
    } catch (error) {
      if (this.database.isTransaction) this.database.exec('ROLLBACK');
      throw error;
    }
  }

  private wait(patienceMs: number): void {
    if (patienceMs === this.busyTimeoutMs) return;
    this.database.exec(`PRAGMA busy_timeout = ${Math.floor(patienceMs)}`);
    this.busyTimeoutMs = patienceMs;
  }

  private prepared(sql: string, asArrays: boolean): StatementSyncInstance {
    const name = asArrays ? `rows ${sql}` : sql;
    let statement = this.statements.get(name);
    if (statement === undefined) {
      statement = this.translating(() => this.database.prepare(sql));
      if (asArrays) statement.setReturnArrays(true);
      this.statements.set(name, statement);
    }
    return statement;
  }

  private translating<Result>(work: () => Result): Result {
    try {
      return work();
    } catch (error) {
      const translated = translateSqliteError(this.path, error);
      if (translated instanceof DamagedDataError) this.found = translated;
      throw translated;
    }
  }
}
