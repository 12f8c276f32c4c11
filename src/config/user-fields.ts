import { z } from 'zod';

/** Every person has these, and every value carries them. */
const CORE_FIELDS = ['first_name', 'last_name', 'email'];

/** The value that most copies of the tutorial publish, in its order: what `tutorial` stands for, and all that the API and the synthetic source know. */
export const TUTORIAL_FIELDS: readonly string[] = ['id', 'first_name', 'last_name', 'gender', 'address', 'post_code', 'email', 'username', 'dob', 'registered_date', 'phone', 'picture'];

const PRESET = 'tutorial';
const FIELD_NAME = /^[a-z][a-z0-9_]{0,47}$/;
const MOST_FIELDS = 64;

/** Columns that are the table's own, names that SQLite gives a row's number, and what every object of the language has. */
const RESERVED = ['created_at', 'src_partition', 'src_offset', 'stored_at', 'rowid', 'oid', 'constructor'];

export const USER_FIELDS_FORM = `\`${PRESET}\`, or a comma-separated list of at most ${MOST_FIELDS} names of lower-case letters, digits and _, a letter first, at most 48 characters; not ${RESERVED.join(', ')}`;

/** The names in their order, each once; of the core three, those that nobody named come first. */
export const userFields = z
  .string()
  .transform((text): readonly string[] => complete(text.split(',').flatMap((part) => (part.trim() === PRESET ? TUTORIAL_FIELDS : [part.trim()]))))
  .refine((names) => names.length <= MOST_FIELDS && names.every((name) => FIELD_NAME.test(name) && !RESERVED.includes(name)));

export const DEFAULT_FIELDS: readonly string[] = CORE_FIELDS;

function complete(names: readonly string[]): readonly string[] {
  return [...new Set([...CORE_FIELDS.filter((core) => !names.includes(core)), ...names])];
}
