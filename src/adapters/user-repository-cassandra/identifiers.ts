import { PipelineError } from '../../domain/errors.js';
import { CORE_FIELDS } from '../../domain/user.js';

/** What Cassandra takes as the name of a keyspace or a table. */
const NAME = /^[A-Za-z][A-Za-z0-9_]{0,47}$/;
const COLUMN_NAME = /^[A-Za-z][A-Za-z0-9_]{0,62}$/;

/** The columns that are ours, whatever the fields. */
export const OWN_COLUMNS = ['created_at', 'src_partition', 'src_offset', 'stored_at'] as const;

/** A setting that cannot be a name in CQL. */
export class UnusableNameError extends PipelineError {
  readonly code = 'repository.unusable-name';
  readonly disposition = 'halt';
}

/** A name as it stands in CQL: quoted, so that capitals and reserved words stay what they are. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A text as it stands in the few statements that take no parameters. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** @throws UnusableNameError */
export function checkedName(what: 'keyspace' | 'table', name: string): string {
  if (NAME.test(name)) return name;
  throw new UnusableNameError(`${JSON.stringify(name)} cannot be the name of a ${what}`, {
    remedy: `set CASSANDRA_${what.toUpperCase()} to letters, digits and _, a letter first, at most 48`,
  });
}

/**
 * The core three and the further fields, each once, in the order given. `id` is no further one: the row's id stands for it.
 * @throws UnusableNameError - a field that is no plain column name, or is one of our own columns.
 */
export function checkedFields(fields: readonly string[]): readonly string[] {
  const all = [...new Set<string>([...CORE_FIELDS, ...fields])].filter((field) => field !== 'id');
  const own: readonly string[] = OWN_COLUMNS;
  const unusable = all.filter((field) => !COLUMN_NAME.test(field) || own.includes(field));
  if (unusable.length === 0) return all;
  throw new UnusableNameError(`these fields cannot be columns: ${unusable.map((field) => JSON.stringify(field)).join(', ')}`, {
    remedy: `name other fields in USER_FIELDS: letters, digits and _, a letter first, and none of ${own.join(', ')}`,
  });
}
