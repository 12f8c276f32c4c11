import { PipelineError } from '../domain/errors.js';
import { type Micros } from '../domain/micros.js';
import { type ReceivedUserCreated } from '../domain/user-created.js';
import { type UserFields } from '../domain/user.js';

/** How the table tells rows apart: by user id, or, in a table that somebody else made, by other columns. */
export type RowIdentity = { readonly kind: 'id' } | { readonly kind: 'key'; readonly columns: readonly string[] };

/** The values of the identity's columns: `{ id }`, or `{ last_name, email }`. */
export type RowKey = Readonly<Record<string, string>>;

/** A row as read back. Null where the table has no such column. */
export interface StoredUser {
  readonly id: string | null;
  readonly fields: UserFields;
  /** The event time of the row's newest event. */
  readonly createdAtMicros: Micros | null;
  readonly partition: number | null;
  readonly offset: number | null;
  /** Milliseconds since 1970 when the row was last written. */
  readonly storedAtMs: number | null;
}

/** An event that the table can never take; `index` is its place in what was given, `reason` a stable code. */
export interface RejectedRow {
  readonly index: number;
  readonly reason: string;
  readonly message: string;
}

export interface StoredPage {
  readonly items: readonly StoredUser[];
  /** Opaque; null on the last page. */
  readonly next: string | null;
}

/** The table. */
export abstract class UserRepository {
  /** Known once the table is; before that it throws RepositoryUnavailableError. */
  abstract readonly identity: RowIdentity;

  /**
   * Durable when it resolves, except for the rejected: rows that this table can never take (too large, wrong type),
   * told apart from their neighbours, which are stored. Idempotent: each key has one row, equal to the newest event of
   * that key, whatever the order, the repeats and the batches; newest = greatest event time, then greatest partition,
   * then greatest offset. An older event never overwrites a newer row.
   * @throws RepositoryUnavailableError - the table is away, locked, overloaded; all, some or none may be stored: save the same again.
   * @throws DiskFullError - nothing was stored.
   */
  abstract saveAll(events: readonly ReceivedUserCreated[], signal?: AbortSignal): Promise<{ readonly rejected: readonly RejectedRow[] }>;

  /** The row of a key, or null. */
  abstract find(key: RowKey): Promise<StoredUser | null>;

  /** The rows of many keys, in their order; null where there is none. */
  abstract findAll(keys: readonly RowKey[]): Promise<readonly (StoredUser | null)[]>;

  /**
   * The people of an email address (not unique), exact match, a page of at most `limit` at a time.
   * @throws QueryNotSupportedError - the table has no index for it.
   */
  abstract findByEmail(email: string, page: { cursor: string | null; limit: number }): Promise<StoredPage>;

  /**
   * All rows, in a stable order of the table's own, `limit` at a time. A row that is there from the first page to the
   * last is listed exactly once, also while others are written.
   * @throws InvalidCursorError - a cursor that this table did not give.
   */
  abstract list(page: { cursor: string | null; limit: number }): Promise<StoredPage>;
}

/** The table is away, locked, overloaded or timed out. */
export class RepositoryUnavailableError extends PipelineError {
  readonly code = 'repository.unavailable';
  readonly disposition = 'retry';
}

/** The table cannot answer this without reading all of it; `remedy` names the index to make. */
export class QueryNotSupportedError extends PipelineError {
  readonly code = 'repository.query-not-supported';
  readonly disposition = 'halt';
}

/** A cursor that did not come from the list that it was given back to. */
export class InvalidCursorError extends PipelineError {
  readonly code = 'repository.invalid-cursor';
  readonly disposition = 'halt';
}
