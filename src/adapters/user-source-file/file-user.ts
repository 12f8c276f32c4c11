import { deriveId, toUserId } from '../../domain/ids.js';
import { faultOfField, pickFields, type FieldFault, type User } from '../../domain/user.js';
import { type JsonObject } from './file-format.js';

/**
 * The user of a record: the fields asked for, and its `id` as a user id. Without an `id` (or with an empty one) it is
 * made of the file's name and the line's number, so that the same file gives the same people.
 */
export function userOf(record: JsonObject, fields: readonly string[], place: { fileName: string; line: number }): User | FieldFault {
  const given = idGiven(record);
  const fault = given === null ? null : faultOfField(given);
  if (fault !== null) return fault;
  const id = typeof given === 'string' ? toUserId(given) : deriveId('file', place.fileName, place.line);
  const picked = pickFields(fields.includes('id') ? { ...record, id } : record, fields);
  return 'fault' in picked ? picked.fault : { id, fields: picked.fields };
}

/** Numbers are read as their digits: the same people as JSON and as CSV have the same ids. */
function idGiven(record: JsonObject): unknown {
  const id = Object.hasOwn(record, 'id') ? record['id'] : null;
  if (typeof id === 'number' && Number.isSafeInteger(id)) return String(id);
  return id ?? null;
}
