import { type UserRepository } from '../../../src/ports/user-repository.port.js';

/** The fields that the tests of redelivery publish: a further one that not every event has. */
export const FIELDS = ['first_name', 'last_name', 'email', 'phone'] as const;

/** A table as only its own store can show it, and the adapter that the app writes it with. */
export interface WholeTable {
  /** Of each user every column but `stored_at`, and where the store keeps them when each was written. */
  columns(): Promise<ReadonlyMap<string, Readonly<Record<string, unknown>>>>;
  /** A repository with connections and a memory of its own, as another process would have it. */
  openRepository(): Promise<UserRepository>;
  /** Closes everything that it opened. */
  close(): Promise<void>;
}
