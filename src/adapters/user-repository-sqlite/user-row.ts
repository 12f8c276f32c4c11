import { type ReceivedUserCreated } from '../../domain/user-created.js';
import { CORE_FIELDS } from '../../domain/user.js';
import { type RejectedRow, type StoredUser } from '../../ports/user-repository.port.js';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** UTF-8 takes at most three bytes for each UTF-16 code unit. */
const MOST_BYTES_A_UNIT = 3;

/** The driver cuts text at the first NUL, both ways, without a word: such text is refused instead. */
export const NUL = '\0';

const SQLITE_TOOBIG = 18;
const SQLITE_CONSTRAINT = 19;
const SQLITE_MISMATCH = 20;

/** Under which name a row's number is read: no column can have it. */
const ROW_NUMBER = '#row';

export type RowFault = Pick<RejectedRow, 'reason' | 'message'>;
type Cell = string | number | null;

/** How a user-created event and a row of `created_users` become each other. */
export class UserRow {
  readonly sql: { readonly upsert: string; readonly byId: string; readonly byEmail: string; readonly all: string };
  private readonly fields: readonly string[];

  constructor(
    furtherFields: readonly string[],
    private readonly maxBytes: number,
  ) {
    this.fields = [...CORE_FIELDS, ...furtherFields];
    const columns = ['id', ...this.fields.map((field) => `"${field}"`), 'created_at', 'src_partition', 'src_offset', 'stored_at'];
    const select = `SELECT rowid AS "${ROW_NUMBER}", ${columns.join(', ')} FROM created_users`;
    this.sql = {
      upsert: upsertSql(columns),
      byId: `${select} WHERE id = ?`,
      byEmail: `${select} WHERE email = ? AND rowid > ? ORDER BY rowid LIMIT ?`,
      all: `${select} WHERE rowid > ? ORDER BY rowid LIMIT ?`,
    };
  }

  /** The values of a row in the order that `sql.upsert` takes them. */
  cells(event: ReceivedUserCreated, storedAtMs: number): Cell[] {
    const cells: Cell[] = [event.user.id];
    for (const field of this.fields) cells.push(event.user.fields[field] ?? null);
    cells.push(event.timeMicros, event.partition, event.offset, storedAtMs);
    return cells;
  }

  /** Why this table can never take an event, as far as the event itself shows; null where nothing speaks against it. */
  faultOf(event: ReceivedUserCreated): RowFault | null {
    if (!UUID.test(event.user.id)) return wrongType('id');
    if (!Number.isSafeInteger(event.timeMicros)) return wrongType('created_at');
    let units = 0;
    for (const field of this.fields) {
      const value: unknown = event.user.fields[field];
      if (value === undefined) continue;
      if (typeof value !== 'string' || !value.isWellFormed()) return wrongType(field);
      if (value.includes(NUL)) return { reason: 'row.nul', message: `the value for the column ${field} has a NUL character in it` };
      units += value.length;
    }
    if (units * MOST_BYTES_A_UNIT > this.maxBytes && this.bytesOf(event) > this.maxBytes) {
      return { reason: 'row.too-large', message: `the row's fields have more than ${this.maxBytes} bytes` };
    }
    return null;
  }

  /** A row as `sql` reads it. */
  stored(row: unknown): StoredUser {
    const cells = row as Record<string, string | number | null>;
    const fields: Record<string, string> = {};
    for (const field of this.fields) {
      const value = cells[field];
      if (typeof value === 'string') fields[field] = value;
    }
    return {
      id: cells['id'] as string,
      fields,
      createdAtMicros: cells['created_at'] as number,
      partition: cells['src_partition'] as number,
      offset: cells['src_offset'] as number,
      storedAtMs: cells['stored_at'] as number,
    };
  }

  /** The place of a row in the table's own order, from 1; it never changes. */
  numberOf(row: unknown): number {
    return (row as { [ROW_NUMBER]: number })[ROW_NUMBER];
  }

  private bytesOf(event: ReceivedUserCreated): number {
    return this.fields.reduce((bytes, field) => bytes + Buffer.byteLength(event.user.fields[field] ?? ''), 0);
  }
}

/** The newest event wins: an older one changes nothing, and the same one again repairs the row and renews `stored_at`. */
function upsertSql(columns: readonly string[]): string {
  const changed = columns.filter((column) => column !== 'id').map((column) => `${column} = excluded.${column}`);
  return `
    INSERT INTO created_users (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})
    ON CONFLICT (id) DO UPDATE SET ${changed.join(', ')}
    WHERE (excluded.created_at, excluded.src_partition, excluded.src_offset) >= (created_at, src_partition, src_offset)`;
}

/** What SQLite has against this row alone; null for every other failure, which concerns the whole file. */
export function faultOfRefusal(error: unknown): RowFault | null {
  if (typeof error !== 'object' || error === null || !('sqliteCode' in error) || typeof error.sqliteCode !== 'number') return null;
  switch (error.sqliteCode & 0xff) {
    case SQLITE_TOOBIG:
      return { reason: 'row.too-large', message: 'the row is larger than SQLite takes' };
    case SQLITE_CONSTRAINT:
      return { reason: 'row.constraint', message: 'the row breaks a constraint of the table' };
    case SQLITE_MISMATCH:
      return { reason: 'row.wrong-type', message: 'a value has another type than its column' };
    default:
      return null;
  }
}

function wrongType(column: string): RowFault {
  return { reason: 'row.wrong-type', message: `the value for the column ${column} has the wrong type` };
}
