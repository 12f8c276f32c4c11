import { SqliteChanges } from '../shared/sqlite-changes.js';
import { SqliteFile } from '../shared/sqlite-file.js';
import { upgradeSchema } from '../shared/sqlite-schema.js';
import { SqliteWriter } from '../shared/sqlite-writer.js';
import { type Clock } from '../../ports/clock.port.js';
import { LOG_SCHEMA, SMALL_TABLES } from './log-schema.js';
import { TopicCatalog } from './topic-catalog.js';

/** One data file of the log: its topics, who writes to it, and who hears of it. */
export class LogFile {
  readonly topics: TopicCatalog;
  readonly writer: SqliteWriter;
  readonly changes: SqliteChanges;

  private constructor(readonly sqlite: SqliteFile, clock: Clock, lockPatienceMs: number) {
    this.topics = new TopicCatalog(sqlite);
    this.changes = new SqliteChanges(sqlite, clock);
    this.writer = new SqliteWriter(sqlite, clock, { patienceMs: lockPatienceMs }, () => this.changes.announce());
  }

  /** @throws DamagedDataError, NewerDataError, DataLockedError */
  static open(path: string, clock: Clock, lockPatienceMs: number): LogFile {
    const sqlite = SqliteFile.open(path, { smallTables: SMALL_TABLES });
    try {
      upgradeSchema(sqlite, LOG_SCHEMA);
    } catch (error) {
      sqlite.close();
      throw error;
    }
    return new LogFile(sqlite, clock, lockPatienceMs);
  }

  close(): void {
    this.changes.stop();
    this.writer.stop();
    this.sqlite.close();
  }
}
