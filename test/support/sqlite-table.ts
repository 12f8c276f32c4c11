import { join } from 'node:path';
import { SystemClock } from '../../src/adapters/clock-system/system-clock.js';
import { SqliteFile } from '../../src/adapters/shared/sqlite-file.js';
import { type SqliteUserRepositoryOptions } from '../../src/adapters/user-repository-sqlite/sqlite-user-repository.options.js';
import { SqliteUserRepository } from '../../src/adapters/user-repository-sqlite/sqlite-user-repository.js';
import { CORE_FIELDS } from '../../src/domain/user.js';
import { temporaryFolder } from './temporary-folder.js';

/** An embedded table in a folder of its own, and what a test may do to it. */
export class SqliteTable {
  private opened: SqliteUserRepository[] = [];

  private constructor(
    private readonly options: SqliteUserRepositoryOptions,
    public repository: SqliteUserRepository,
  ) {
    this.opened.push(repository);
  }

  static async open(given: Partial<SqliteUserRepositoryOptions> = {}): Promise<SqliteTable> {
    const options = { dataDir: temporaryFolder(), fields: CORE_FIELDS, lockPatienceMs: 50, ...given };
    return new SqliteTable(options, await SqliteUserRepository.open(options, new SystemClock()));
  }

  get path(): string {
    return join(this.options.dataDir, 'table.db');
  }

  /** Another repository on the same file, as another process would have it. */
  async openAnother(given: Partial<SqliteUserRepositoryOptions> = {}): Promise<SqliteUserRepository> {
    const another = await SqliteUserRepository.open({ ...this.options, ...given }, new SystemClock());
    this.opened.push(another);
    return another;
  }

  async reopen(): Promise<SqliteUserRepository> {
    await this.close();
    this.repository = await this.openAnother();
    return this.repository;
  }

  /** Holds the write lock, as a process does that was stopped within a transaction; resolves with what gives it back. */
  async takeAway(): Promise<() => Promise<void>> {
    const holder = SqliteFile.open(this.path);
    holder.exec('BEGIN IMMEDIATE');
    return async () => {
      holder.exec('ROLLBACK');
      holder.close();
    };
  }

  /** Brings all that was saved from the write-ahead log into the file itself, so that a test can damage it there. */
  async checkpoint(): Promise<void> {
    const file = SqliteFile.open(this.path);
    file.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    file.close();
  }

  async close(): Promise<void> {
    for (const repository of this.opened.splice(0)) repository.onApplicationShutdown();
  }
}

export const openSqliteTable = () => SqliteTable.open();
