import { PipelineError } from '../../domain/errors.js';
import { CORE_FIELDS } from '../../domain/user.js';

/** The columns that are ours, whatever the fields: a field of such a name would overwrite them. */
const OWN_COLUMNS = ['created_at', 'src_partition', 'src_offset', 'stored_at'];

/** Names that SQLite gives a row's number. */
const ROW_NUMBER_NAMES = ['rowid', 'oid'];

/** Column names stand in SQL texts, and they come from configuration: so nothing but this. */
const COLUMN_NAME = /^[a-z][a-z0-9_]{0,62}$/;

/** A field that cannot be a column of the embedded table. */
export class UnusableFieldError extends PipelineError {
  readonly code = 'repository.unusable-field';
  readonly disposition = 'halt';
}

/**
 * The fields beyond the core three that get a column of their own, in the order given, each once. `id` is no further
 * column: the row's id stands for it.
 * @throws UnusableFieldError - a name that is no plain column name, or is one of the table's own columns.
 */
export function furtherFields(fields: readonly string[]): readonly string[] {
  const core: readonly string[] = CORE_FIELDS;
  const further = [...new Set(fields)].filter((field) => field !== 'id' && !core.includes(field));
  for (const field of further) {
    if (!COLUMN_NAME.test(field)) {
      throw new UnusableFieldError(`the field ${JSON.stringify(field)} cannot be a column: lower-case letters, digits and _ only, at most 63, a letter first`);
    }
    if (OWN_COLUMNS.includes(field) || ROW_NUMBER_NAMES.includes(field)) {
      throw new UnusableFieldError(`the field "${field}" has the name of one of the table's own columns`);
    }
  }
  return further;
}
