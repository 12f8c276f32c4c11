import { toUserId } from '../../domain/ids.js';
import { faultOfField, pickFields, type FieldFault, type User } from '../../domain/user.js';

type JsonObject = Readonly<Record<string, unknown>>;

/** Where a field is found: the part of the answer to ask for (`inc`), and how to read it from a record. */
interface FieldOrigin {
  readonly part: (typeof PARTS)[number];
  readonly read: (record: JsonObject) => unknown;
}

/**
 * The parts of an answer that we ever ask for, in the order in which we ask. `id`, the national id, is not among them.
 * `login` always is, for its uuid; the password and the hashes beside it are not read.
 */
const PARTS = ['name', 'email', 'login', 'gender', 'location', 'dob', 'registered', 'phone', 'picture'] as const;
const ALWAYS: readonly string[] = ['name', 'email', 'login'];

const FIELDS: Readonly<Record<string, FieldOrigin>> = {
  first_name: { part: 'name', read: (record) => at(record, 'name', 'first') },
  last_name: { part: 'name', read: (record) => at(record, 'name', 'last') },
  email: { part: 'email', read: (record) => at(record, 'email') },
  gender: { part: 'gender', read: (record) => at(record, 'gender') },
  address: { part: 'location', read: address },
  post_code: { part: 'location', read: (record) => at(record, 'location', 'postcode') },
  username: { part: 'login', read: (record) => at(record, 'login', 'username') },
  dob: { part: 'dob', read: (record) => at(record, 'dob', 'date') },
  registered_date: { part: 'registered', read: (record) => at(record, 'registered', 'date') },
  phone: { part: 'phone', read: (record) => at(record, 'phone') },
  picture: { part: 'picture', read: (record) => at(record, 'picture', 'medium') },
};

/** The names of every field that the API's answers hold; `id` is the user's id. */
export const RANDOM_USER_FIELDS: readonly string[] = [...Object.keys(FIELDS), 'id'];

/** Why a record is no user. */
export type RecordFault = FieldFault | 'record.not-an-object';

/**
 * The `inc` parameter for some fields. Always the same for the same set: the API's random numbers depend on it, so that
 * another `inc` gives other people under the same seed, page and uuid (seen in the recorded answers).
 */
export function incOf(fields: readonly string[]): string {
  const needed = new Set([...ALWAYS, ...fields.map((field) => FIELDS[field]?.part)]);
  return PARTS.filter((part) => needed.has(part)).join(',');
}

/** Picks a user's fields out of a record of the API; nothing else of the record is kept. `fallbackId` is for one without a uuid. */
export function userOf(record: unknown, fields: readonly string[], fallbackId: () => string): User | RecordFault {
  if (typeof record !== 'object' || record === null || Array.isArray(record)) return 'record.not-an-object';
  const flat: Record<string, unknown> = {};
  for (const field of fields) flat[field] = FIELDS[field]?.read(record as JsonObject);
  const uuid = at(record, 'login', 'uuid');
  const id = typeof uuid === 'string' && faultOfField(uuid) === null ? toUserId(uuid) : fallbackId();
  if (fields.includes('id')) flat['id'] = id;
  const picked = pickFields(flat, fields);
  return 'fault' in picked ? picked.fault : { id, fields: picked.fields };
}

/** Fields that nobody can take from the API's answers. */
export function unknownFields(fields: readonly string[]): readonly string[] {
  return fields.filter((field) => !RANDOM_USER_FIELDS.includes(field));
}

/** `6879 De Stienplaat, Blankenham, Noord-Holland, Netherlands`, as the tutorial's producer wrote it; absent unless whole. */
function address(record: JsonObject): unknown {
  const number = at(record, 'location', 'street', 'number');
  const rest = [at(record, 'location', 'street', 'name'), ...['city', 'state', 'country'].map((part) => at(record, 'location', part))];
  const odd = [number, ...rest].find((part) => typeof part !== 'string' && typeof part !== 'number');
  if (odd !== undefined) return odd;
  return [number, ...rest].includes(undefined) ? undefined : `${String(number)} ${rest.join(', ')}`;
}

/** The value at the end of a path of own properties; undefined where the path breaks. */
function at(value: unknown, ...path: readonly string[]): unknown {
  let found = value;
  for (const key of path) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, key)) return undefined;
    found = (found as JsonObject)[key];
  }
  return found;
}
