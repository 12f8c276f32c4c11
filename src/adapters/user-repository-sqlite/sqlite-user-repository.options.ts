/** How the embedded table is opened. */
export interface SqliteUserRepositoryOptions {
  /** The folder that holds `table.db`; made where it is missing. */
  readonly dataDir: string;
  /** The fields to keep, by wire name: the core three always, and a column for each further one. */
  readonly fields: readonly string[];
  /** How long a call waits for another process's lock before it says that the table is unavailable; 5 s by default. */
  readonly lockPatienceMs?: number;
  /** The largest row that is taken, in bytes of UTF-8 over all its fields; 1 MiB by default. */
  readonly maxRowBytes?: number;
}

export const TABLE_FILE = 'table.db';
export const DEFAULT_LOCK_PATIENCE_MS = 5_000;
export const DEFAULT_MAX_ROW_BYTES = 1_048_576;
