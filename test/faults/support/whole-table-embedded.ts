import { join } from 'node:path';
import { SystemClock } from '../../../src/adapters/clock-system/system-clock.js';
import { SqliteFile } from '../../../src/adapters/shared/sqlite-file.js';
import { SqliteUserRepository } from '../../../src/adapters/user-repository-sqlite/sqlite-user-repository.js';
import { FIELDS, type WholeTable } from './whole-table.js';

/** `rowid` is among the columns: no row may have been taken out and put in again. */
export function embeddedTable(dataDir: string): WholeTable {
  const opened: SqliteUserRepository[] = [];
  return {
    async columns() {
      const file = SqliteFile.open(join(dataDir, 'table.db'));
      try {
        const rows = file.prepare('SELECT rowid AS row_number, * FROM created_users').all() as Record<string, unknown>[];
        return new Map(rows.map(({ stored_at: _storedAt, ...columns }) => [String(columns['id']), columns]));
      } finally {
        file.close();
      }
    },
    async openRepository() {
      const repository = await SqliteUserRepository.open({ dataDir, fields: FIELDS }, new SystemClock());
      opened.push(repository);
      return repository;
    },
    async close() {
      for (const repository of opened.splice(0)) repository.onApplicationShutdown();
    },
  };
}
