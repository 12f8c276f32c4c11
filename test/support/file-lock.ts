import { DatabaseSync } from '@photostructure/sqlite';

/** The write lock of a data file, held as another process would; returns what gives it back. */
export function holdLock(path: string): () => void {
  const database = new DatabaseSync(path, { timeout: 2_000 });
  database.exec('BEGIN IMMEDIATE');
  return () => database.close();
}

/** SQL run on a data file from outside, as by somebody with a shell. */
export function tamper(path: string, sql: string): void {
  const database = new DatabaseSync(path, { timeout: 2_000 });
  database.exec(`${sql}; PRAGMA wal_checkpoint(TRUNCATE)`);
  database.close();
}
