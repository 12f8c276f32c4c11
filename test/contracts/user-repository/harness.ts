import { randomUUID } from 'node:crypto';
import { type ReceivedUserCreated } from '../../../src/domain/user-created.js';
import { type RowIdentity, type RowKey, type StoredPage, type StoredUser, type UserRepository } from '../../../src/ports/user-repository.port.js';
import { aReceivedUserCreated, SOME_TIME_MICROS } from '../../support/builders.js';

/** An event that the adapter's table can never take, and the reason it must name. */
export interface ImpossibleRow {
  readonly because: string;
  readonly reason: string;
  readonly event: ReceivedUserCreated;
}

/** A repository over an empty table of its own, and what a test may do to that table. */
export interface RepositoryUnderTest {
  readonly repository: UserRepository;
  /** Closes the repository and opens another one on the same table. */
  reopen(): Promise<UserRepository>;
  /** Makes the table unavailable for writing, in a way that outlasts the adapter's patience; resolves with what brings it back. */
  takeAway(): Promise<() => Promise<void>>;
  close(): Promise<void>;
}

/** What an adapter's table is like. What it cannot do is declared here, and asserted. */
export interface TableTraits {
  readonly identity: RowIdentity;
  /** Whether people can be found by address; where not, the repository must say so. */
  readonly emailIndex: boolean;
  readonly impossible: readonly ImpossibleRow[];
}

/** A person of a test: the same one gives the same key, whatever the table tells its rows apart by. */
export interface Person {
  readonly id: string;
  readonly lastName: string;
  readonly email: string;
}

export function aPerson(given: Partial<Person> = {}): Person {
  const id = randomUUID();
  return { id, lastName: `Lovelace ${id.slice(0, 8)}`, email: `ada.${id}@example.com`, ...given };
}

export function people(count: number): Person[] {
  return Array.from({ length: count }, () => aPerson());
}

export interface When {
  /** Microseconds after some moment of the test's. */
  readonly time?: number;
  readonly partition?: number;
  readonly offset?: number;
}

/** An event of a person; its first name tells the event, so that a row shows which one it came from. */
export function eventOf({ id, lastName, email }: Person, { time = 0, partition = 0, offset = 0 }: When = {}): ReceivedUserCreated {
  const fields = { first_name: `Ada ${time}/${partition}/${offset}`, last_name: lastName, email };
  return aReceivedUserCreated({ userId: id, timeMicros: SOME_TIME_MICROS + time, partition, offset, fields });
}

/** The key of an event's row. */
export function keyOf({ identity }: TableTraits, event: ReceivedUserCreated): RowKey {
  if (identity.kind === 'id') return { id: event.user.id };
  return Object.fromEntries(identity.columns.map((column) => [column, event.user.fields[column] ?? '']));
}

/** What a row must show of its event; columns that the table does not have are not compared. */
export function rowOf(stored: StoredUser, event: ReceivedUserCreated): Partial<StoredUser> {
  return {
    fields: event.user.fields,
    ...(stored.id === null ? {} : { id: event.user.id }),
    ...(stored.createdAtMicros === null ? {} : { createdAtMicros: event.timeMicros }),
    ...(stored.partition === null ? {} : { partition: event.partition }),
    ...(stored.offset === null ? {} : { offset: event.offset }),
  };
}

/** Expects each event to be what its row shows. */
export async function expectRows(repository: UserRepository, traits: TableTraits, events: readonly ReceivedUserCreated[]): Promise<void> {
  const rows = await repository.findAll(events.map((event) => keyOf(traits, event)));
  expect(rows).toHaveLength(events.length);
  const missing = events.filter((_event, index) => rows[index] === null).map((event) => event.user.id);
  expect(missing).toEqual([]);
  rows.forEach((row, index) => {
    const event = events[index];
    if (row !== null && event !== undefined) expect(row).toMatchObject(rowOf(row, event));
  });
}

/** All pages of a list, each as the email addresses on it (unique in these tests). `between` runs after each page but the last. */
export async function pagesOf(read: (cursor: string | null) => Promise<StoredPage>, between: () => Promise<unknown> = async () => undefined): Promise<string[][]> {
  const pages: string[][] = [];
  let cursor: string | null = null;
  do {
    const page: StoredPage = await read(cursor);
    pages.push(page.items.map((item) => item.fields['email'] ?? ''));
    cursor = page.next;
    if (cursor !== null) await between();
  } while (cursor !== null);
  return pages;
}
