import cassandra, { type types } from 'cassandra-driver';
import { type ReceivedUserCreated } from '../../domain/user-created.js';
import { CORE_FIELDS } from '../../domain/user.js';
import { type StoredUser } from '../../ports/user-repository.port.js';
import { type Newest } from './newest-events.js';
import { isUserId, RowKeys, type RowFault } from './row-key.js';
import { WRITTEN_CREATED_AT, writtenColumn } from './statements.js';
import { type BoundColumn, type TableShape } from './table-shape.js';

/** What a statement takes beside its texts: the statement's id, a length for each value, the numbers. */
const BYTES_A_STATEMENT = 48;
const BYTES_A_COLUMN = 12;

/** How far the write timestamps of one row's columns may lie apart: one microsecond for each event of one time. */
const FARTHEST_APART_MICROS = 1_000;

/** A value for a statement's parameter. Unset leaves a column as it is; null would write a tombstone. */
const UNSET: unknown = cassandra.types.unset;

/** How a user-created event and a row of the table become each other. */
export class UserRow {
  readonly keys: RowKeys;
  /** The fields that have a column; the row's id is none of them. */
  private readonly textColumns: readonly string[];

  constructor(
    private readonly shape: TableShape,
    private readonly maxBytes: number,
  ) {
    this.keys = new RowKeys(shape);
    this.textColumns = shape.columns.filter((column) => isField(column)).map(({ name }) => name);
  }

  /** Why this table can never take an event, as far as the event itself shows; null where nothing speaks against it. */
  faultOf(event: ReceivedUserCreated): RowFault | null {
    const { user, timeMicros } = event;
    if (!isUserId(user.id)) return wrongType('id');
    if (!Number.isSafeInteger(timeMicros)) return wrongType('created_at');
    for (const field of CORE_FIELDS) if (user.fields[field] === undefined) return { reason: 'row.constraint', message: `there is no value for the column ${field}` };
    let bytes = 0;
    for (const column of this.textColumns) {
      const value: unknown = user.fields[column];
      if (value === undefined) continue;
      if (typeof value !== 'string' || !value.isWellFormed()) return wrongType(column);
      bytes += Buffer.byteLength(value);
    }
    if (bytes > this.maxBytes) return { reason: 'row.too-large', message: `the row's fields have more than ${this.maxBytes} bytes` };
    return this.keys.faultOf(event);
  }

  /**
   * The parameters of the insert, in the order of the shape's columns, the write timestamp last. A column without a
   * value is left alone, or, if `clears` has it, cleared. A row whose write timestamp is not its event time takes two
   * statements: `created_at` is always written at the event time, which it thereby tells to the microsecond.
   */
  statementsOf(event: ReceivedUserCreated, { writeTime, storedAtMs, clears }: { writeTime: number; storedAtMs: number; clears: ReadonlySet<string> }): unknown[][] {
    const cells = this.shape.columns.map(({ name, isKey }) => {
      const value = cellOf(name, event, storedAtMs);
      return value === undefined ? (clears.has(name) && !isKey ? null : UNSET) : value;
    });
    if (writeTime === event.timeMicros || !this.hasColumn('created_at')) return [[...cells, writeTime]];
    const isCreatedAt = (index: number) => this.shape.columns[index]?.name === 'created_at';
    const isKey = (index: number) => this.shape.columns[index]?.isKey === true;
    return [
      [...cells.map((cell, index) => (isCreatedAt(index) || isKey(index) ? cell : UNSET)), event.timeMicros],
      [...cells.map((cell, index) => (isCreatedAt(index) ? UNSET : cell)), writeTime],
    ];
  }

  /** About how many bytes a statement takes on the wire. */
  bytesOf({ user }: ReceivedUserCreated): number {
    let bytes = BYTES_A_STATEMENT + BYTES_A_COLUMN * this.shape.columns.length;
    for (const column of this.textColumns) {
      const value = user.fields[column];
      if (value !== undefined) bytes += Buffer.byteLength(value);
    }
    return bytes;
  }

  /** Whether an event has no value for a column that it could have one for. */
  lacksFields({ user }: ReceivedUserCreated): boolean {
    return this.textColumns.some((column) => user.fields[column] === undefined);
  }

  /** The columns that hold something for which the event has no value. */
  clearedBy({ user }: ReceivedUserCreated, row: types.Row): ReadonlySet<string> {
    return new Set(this.textColumns.filter((column) => user.fields[column] === undefined && row.get(column) !== null));
  }

  /** Whether a row shows the very values of an event. */
  hasFieldsOf({ user }: ReceivedUserCreated, row: types.Row): boolean {
    return this.textColumns.every((column) => (user.fields[column] ?? null) === row.get(column));
  }

  /**
   * What a row tells of its newest event; undefined where no event of ours has written it as a whole: it has no column
   * but the key's, or somebody else has changed some of them, which is left to the timestamps.
   */
  newestOf(row: types.Row): Newest | undefined {
    const written = this.shape.columns.map(({ isKey }, index) => (isKey ? null : numberOf(row.get(writtenColumn(index))))).filter((micros) => micros !== null);
    const writeTime = Math.max(...written);
    if (written.length === 0 || writeTime - Math.min(...written) > FARTHEST_APART_MICROS) return undefined;
    const timeMicros = (this.hasColumn('created_at') ? numberOf(row.get(WRITTEN_CREATED_AT)) : null) ?? writeTime;
    const { partition, offset } = this.stored(row);
    return { timeMicros, partition, offset, writeTime };
  }

  /** A row as it was selected. */
  stored(row: types.Row): StoredUser {
    const fields: Record<string, string> = {};
    for (const column of this.textColumns) {
      const value: unknown = row.get(column);
      if (typeof value === 'string') fields[column] = value;
    }
    const cell = (column: string): unknown => (this.hasColumn(column) ? (row.get(column) as unknown) : null);
    const id = cell('id') as { toString(): string } | null;
    return {
      id: id === null ? null : id.toString(),
      fields,
      createdAtMicros: createdAtMicros(cell('created_at') as Date | null, this.hasColumn('created_at') ? numberOf(row.get(WRITTEN_CREATED_AT)) : null),
      partition: cell('src_partition') as number | null,
      offset: numberOf(cell('src_offset')),
      storedAtMs: (cell('stored_at') as Date | null)?.getTime() ?? null,
    };
  }

  private hasColumn(name: string): boolean {
    return this.shape.columns.some((column) => column.name === name);
  }
}

function isField({ name, type }: BoundColumn): boolean {
  return type === 'text' && name !== 'id';
}

function cellOf(column: string, event: ReceivedUserCreated, storedAtMs: number): unknown {
  switch (column) {
    case 'id':
      return event.user.id;
    case 'created_at':
      return Math.floor(event.timeMicros / 1_000);
    case 'src_partition':
      return event.partition;
    case 'src_offset':
      return event.offset;
    case 'stored_at':
      return storedAtMs;
    default:
      return event.user.fields[column];
  }
}

/** The column has milliseconds; the time that it was written at has the microseconds, unless somebody else wrote it. */
function createdAtMicros(createdAt: Date | null, writtenAt: number | null): number | null {
  if (createdAt === null) return null;
  const millis = createdAt.getTime();
  return writtenAt !== null && Math.floor(writtenAt / 1_000) === millis ? writtenAt : millis * 1_000;
}

/** The driver's 64-bit numbers as ours. */
function numberOf(value: unknown): number | null {
  return value === null || value === undefined ? null : Number((value as { toString(): string }).toString());
}

function wrongType(column: string): RowFault {
  return { reason: 'row.wrong-type', message: `the value for the column ${column} has the wrong type` };
}
