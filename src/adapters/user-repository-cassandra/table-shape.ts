import { PipelineError } from '../../domain/errors.js';
import { type RowIdentity } from '../../ports/user-repository.port.js';
import { quoted } from './identifiers.js';

/** A column as `system_schema.columns` has it. */
export interface Column {
  readonly name: string;
  readonly kind: string;
  /** Among the partition key's or the clustering columns. */
  readonly position: number;
  readonly type: string;
}

/** An index as `system_schema.indexes` has it. */
export interface Index {
  readonly kind: string;
  readonly options: Readonly<Record<string, string>>;
}

/** A column that gets a value from each event. */
export interface BoundColumn {
  readonly name: string;
  readonly type: 'uuid' | 'text' | 'timestamp' | 'int' | 'bigint';
  readonly isKey: boolean;
}

/** Something about the table that an operator should know, though it works. */
export interface TableWarning {
  readonly code: `repository.${string}`;
  readonly message: string;
  readonly remedy: string;
}

/** How a table that exists takes events. */
export interface TableShape {
  readonly name: { readonly keyspace: string; readonly table: string };
  readonly identity: RowIdentity;
  readonly partitionKey: readonly BoundColumn[];
  readonly clustering: readonly BoundColumn[];
  /** All that are bound, the key's first. */
  readonly columns: readonly BoundColumn[];
  /** Whether rows can be found by email without reading all of them. */
  readonly byEmail: boolean;
  readonly warnings: readonly TableWarning[];
}

/** A table that this pipeline cannot write to as it is. */
export class TableUnusableError extends PipelineError {
  readonly code = 'repository.table-unusable';
  readonly disposition = 'retry';
}

const ANOTHER_TABLE = 'name another table in CASSANDRA_TABLE: one that is missing is made';

/** What our own columns must be to be bound. */
const OWN_TYPES: Readonly<Record<string, BoundColumn['type']>> = { created_at: 'timestamp', src_partition: 'int', src_offset: 'bigint', stored_at: 'timestamp' };

/**
 * Binds what is known of the columns; nothing of the table is changed to fit.
 * @throws TableUnusableError - a column of its key cannot be bound, it counts, or it has no column to keep a person in.
 */
export function shapeOf(name: TableShape['name'], columns: readonly Column[], indexes: readonly Index[], fields: readonly string[]): TableShape {
  const ofKind = (kind: string) => columns.filter((column) => column.kind === kind).sort((one, other) => one.position - other.position);
  const keyColumn = (column: Column): BoundColumn => {
    const bound = column.name in OWN_TYPES ? null : bind(column, fields, true);
    if (bound === null) throw unusableKey(name, column, fields);
    return bound;
  };
  const partitionKey = ofKind('partition_key').map(keyColumn);
  const clustering = ofKind('clustering').map(keyColumn);
  const key = [...partitionKey, ...clustering];
  const regular = ofKind('regular');
  const others = regular.map((column) => bind(column, fields, false)).filter((column) => column !== null);
  const [first] = key;
  const identity: RowIdentity = key.length === 1 && first?.name === 'id' ? { kind: 'id' } : { kind: 'key', columns: key.map((column) => column.name) };
  const bound = [...key, ...others];
  refuseWithoutRoom(name, columns, bound, fields);
  return {
    name,
    identity,
    partitionKey,
    clustering,
    columns: bound,
    byEmail: findsByEmail(partitionKey, indexes),
    warnings: [...namesakes(name, key), ...withoutColumn(name, columns, fields), ...ofOtherType(name, columns, bound, fields)],
  };
}

/** The column with the type that it is written as, or null where an event has nothing for it. */
function bind({ name, type }: Column, fields: readonly string[], isKey: boolean): BoundColumn | null {
  if (name === 'id') return type === 'uuid' || type === 'text' ? { name, type, isKey } : null;
  const own = OWN_TYPES[name];
  if (own !== undefined) return type === own ? { name, type: own, isKey } : null;
  return fields.includes(name) && type === 'text' ? { name, type, isKey } : null;
}

function unusableKey({ keyspace, table }: TableShape['name'], { name, type }: Column, fields: readonly string[]): TableUnusableError {
  const known = name === 'id' || name in OWN_TYPES || fields.includes(name);
  const why = name in OWN_TYPES ? 'is one that each event of a person has anew' : known ? `is of the type ${type}, where ${name === 'id' ? 'uuid or text' : 'text'} is needed` : 'is none of the fields of a person';
  return new TableUnusableError(`the table ${keyspace}.${table} cannot be written to: ${JSON.stringify(name)}, a column of its key, ${why}`, {
    remedy: known ? ANOTHER_TABLE : `add ${name} to USER_FIELDS if the events have it, or ${ANOTHER_TABLE}`,
  });
}

/**
 * A table of counters takes no INSERT, and one without any of a person's fields would be told to be filled and stay empty.
 * The key alone will do where all the fields are in it, or where there is no other column.
 */
function refuseWithoutRoom({ keyspace, table }: TableShape['name'], columns: readonly Column[], bound: readonly BoundColumn[], fields: readonly string[]): void {
  const counter = columns.find(({ type }) => type === 'counter');
  const ofPerson = fields.filter((field) => field !== 'id');
  const kept = ofPerson.filter((field) => bound.some(({ name }) => name === field));
  const onlyKey = bound.length < columns.length && bound.every(({ isKey }) => isKey) && kept.length < ofPerson.length;
  if (counter === undefined && kept.length > 0 && !onlyKey) return;
  const noRoom = kept.length > 0 ? 'none of its columns beside the key takes what the events have' : `none of its columns takes one of ${ofPerson.join(', ')}`;
  const why = counter === undefined ? noRoom : `${JSON.stringify(counter.name)} is a counter, and such tables take no rows`;
  throw new TableUnusableError(`the table ${keyspace}.${table} cannot be written to: ${why}`, { remedy: ANOTHER_TABLE });
}

/** SASI compares by prefix or by part, so it is not asked. What an analysing index finds too much is left out by who reads. */
function findsByEmail(partitionKey: readonly BoundColumn[], indexes: readonly Index[]): boolean {
  if (partitionKey.length === 1 && partitionKey[0]?.name === 'email') return true;
  return indexes.some(({ kind, options }) => {
    const className = options['class_name'] ?? '';
    const answersEquality = kind === 'COMPOSITES' || /(^|\.)(sai|StorageAttachedIndex)$/i.test(className);
    return answersEquality && (options['target'] === 'email' || options['target'] === '"email"');
  });
}

function namesakes({ keyspace, table }: TableShape['name'], key: readonly BoundColumn[]): TableWarning[] {
  if (key.some(({ name }) => name === 'id')) return [];
  const columns = key.map(({ name }) => name).join(', ');
  return [
    {
      code: 'repository.namesakes-share-a-row',
      message: `people with the same ${columns} share one row of ${keyspace}.${table}, which is its key`,
      remedy: `to keep them apart ${ANOTHER_TABLE} with id as its key`,
    },
  ];
}

function withoutColumn({ keyspace, table }: TableShape['name'], columns: readonly Column[], fields: readonly string[]): TableWarning[] {
  const missing = fields.filter((field) => !columns.some(({ name }) => name === field));
  if (missing.length === 0) return [];
  const added = missing.map((field) => `${quoted(field)} text`).join(', ');
  return [
    {
      code: 'repository.columns-missing',
      message: `${keyspace}.${table} has no column for ${missing.join(', ')}: these fields are not kept`,
      remedy: `ALTER TABLE ${quoted(keyspace)}.${quoted(table)} ADD (${added}); then restart`,
    },
  ];
}

function ofOtherType({ keyspace, table }: TableShape['name'], columns: readonly Column[], bound: readonly BoundColumn[], fields: readonly string[]): TableWarning[] {
  const wanted = (name: string) => name === 'id' || name in OWN_TYPES || fields.includes(name);
  const unbound = columns.filter(({ name }) => wanted(name) && !bound.some((column) => column.name === name));
  if (unbound.length === 0) return [];
  return [
    {
      code: 'repository.columns-of-other-type',
      message: `these columns of ${keyspace}.${table} cannot take what the events have, and stay as they are: ${unbound.map(({ name, type, kind }) => `${name} (${kind === 'static' ? 'static ' : ''}${type})`).join(', ')}`,
      remedy: `leave them be if others fill them; otherwise ${ANOTHER_TABLE}`,
    },
  ];
}
