import { formatMicros } from '../../../domain/micros.js';
import { type StoredUser } from '../../../ports/user-repository.port.js';
import { isoTime } from '../http/time.js';

/** A person as the API shows them: the table's columns by their names, null where the table has no such column. */
export type UserView = Readonly<Record<string, string | number | null>>;

export function viewOfUser(user: StoredUser): UserView {
  return {
    ...user.fields,
    id: user.id,
    created_at: user.createdAtMicros === null ? null : formatMicros(user.createdAtMicros),
    src_partition: user.partition,
    src_offset: user.offset,
    stored_at: isoTime(user.storedAtMs),
  };
}
