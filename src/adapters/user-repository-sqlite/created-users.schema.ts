import { type SqliteFile } from '../shared/sqlite-file.js';
import { upgradeSchema } from '../shared/sqlite-schema.js';

/** Rows keep their insertion order (the rowid), which is what the lists page by; ids are looked up through an index of their own. */
const STEPS = [
  `
  CREATE TABLE created_users (
    id TEXT NOT NULL UNIQUE,
    first_name TEXT NOT NULL,
    last_name TEXT NOT NULL,
    email TEXT NOT NULL,
    created_at INTEGER NOT NULL, -- microseconds since 1970
    src_partition INTEGER NOT NULL,
    src_offset INTEGER NOT NULL,
    stored_at INTEGER NOT NULL -- milliseconds since 1970
  ) STRICT;
  CREATE INDEX created_users_email ON created_users (email);
  `,
];

const CACHE_BYTES = 32 * 1_024 * 1_024;

/** Of 4 KiB each. */
const CHECKPOINT_EVERY_PAGES = 8_000;

/**
 * Makes the table where the file is new and adds the columns that are missing; several processes may do so at once.
 * A file that needs nothing is only read, so that it opens while another process is writing.
 * @throws NewerDataError - a later version wrote the file; nothing was changed.
 * @throws DataLockedError - something is missing and another process is writing; do it again.
 */
export function prepareTable(file: SqliteFile, furtherFields: readonly string[]): { readonly added: readonly string[] } {
  upgradeSchema(file, STEPS);
  if (missingColumns(file, furtherFields).length === 0) return { added: [] };
  return file.write(() => {
    const added = missingColumns(file, furtherFields);
    for (const column of added) file.exec(`ALTER TABLE created_users ADD COLUMN "${column}" TEXT`);
    return { added };
  });
}

/**
 * Users come in the order of chance, so a batch changes pages all over the file. Most of them are found in a larger
 * cache, and are copied back from the WAL once for many batches instead of once for each (docs/performance.md). Both
 * are limits: a small table takes no more than it needs.
 */
export function tuneForUpserts(file: SqliteFile): void {
  file.exec(`PRAGMA cache_size = -${CACHE_BYTES / 1_024}; PRAGMA wal_autocheckpoint = ${CHECKPOINT_EVERY_PAGES}`);
}

function missingColumns(file: SqliteFile, furtherFields: readonly string[]): readonly string[] {
  const columns = file.prepare("SELECT name FROM pragma_table_info('created_users')").all() as { name: string }[];
  const names = new Set(columns.map((column) => column.name));
  return furtherFields.filter((field) => !names.has(field));
}
