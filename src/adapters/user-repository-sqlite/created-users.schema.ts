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

function missingColumns(file: SqliteFile, furtherFields: readonly string[]): readonly string[] {
  const columns = file.prepare("SELECT name FROM pragma_table_info('created_users')").all() as { name: string }[];
  const names = new Set(columns.map((column) => column.name));
  return furtherFields.filter((field) => !names.has(field));
}
