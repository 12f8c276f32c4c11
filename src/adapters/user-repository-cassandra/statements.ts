import { quoted } from './identifiers.js';
import { tableName } from './table-definition.js';
import { type TableShape } from './table-shape.js';

/** The statements of one table. Names are quoted, and every value is a parameter. */
export interface Statements {
  /** Takes a value for each column of the shape, in its order, then the write timestamp. */
  readonly insert: string;
  /** Takes the key's values, in its order. */
  readonly byKey: string;
  /** Takes a list of ids; only for a table whose whole key is one column. */
  readonly byKeys: string;
  /** Takes the key's values: the row as `byKey` gives it, and when each column outside the key was written. */
  readonly newestByKey: string;
  readonly newestByKeys: string;
  readonly byEmail: string;
  readonly all: string;
}

/** The names under which write timestamps are read: none that a column of ours can have. */
export const WRITTEN_CREATED_AT = '@created_at';
export const writtenColumn = (index: number): string => `@written_${index}`;

export function statementsOf(shape: TableShape): Statements {
  const table = tableName(shape.name);
  const names = shape.columns.map(({ name }) => quoted(name));
  const exactTime = shape.columns.some(({ name }) => name === 'created_at') ? [`writetime(created_at) AS ${quoted(WRITTEN_CREATED_AT)}`] : [];
  const written = shape.columns.flatMap(({ name, isKey }, index) => (isKey ? [] : [`writetime(${quoted(name)}) AS ${quoted(writtenColumn(index))}`]));
  const key = [...shape.partitionKey, ...shape.clustering].map(({ name }) => `${quoted(name)} = ?`).join(' AND ');
  const keys = `${quoted(shape.partitionKey[0]?.name ?? '')} IN ?`;
  const select = (columns: readonly string[]) => `SELECT ${columns.join(', ')} FROM ${table}`;
  const rows = select([...names, ...exactTime]);
  const newest = select([...names, ...exactTime, ...written]);
  return {
    insert: `INSERT INTO ${table} (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')}) USING TIMESTAMP ?`,
    byKey: `${rows} WHERE ${key}`,
    byKeys: `${rows} WHERE ${keys}`,
    newestByKey: `${newest} WHERE ${key}`,
    newestByKeys: `${newest} WHERE ${keys}`,
    byEmail: `${rows} WHERE email = ?`,
    all: rows,
  };
}
