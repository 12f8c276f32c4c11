import { type ReceivedUserCreated } from '../../../src/domain/user-created.js';
import { type History } from './history.js';
import { deadPlaces, eventsOf, idOf, positionOf, type Observation, type Row } from './observation.js';

/** What must be empty, each a list of ids (or of places), so that a failure names them. */
export interface Verdict {
  /** Acknowledged, and neither in the table nor overtaken there by a newer event of that user, nor a dead letter. */
  readonly lost: readonly string[];
  /** On the log, in the table or among the dead letters, though nobody ever tried to publish it. */
  readonly phantom: readonly string[];
  /** Users of whom the table has more than one row. */
  readonly duplicatedRows: readonly string[];
  /** Users whose row is not that of their newest event on the log, in every column but `stored_at`. */
  readonly stale: readonly string[];
  /** Users whose acknowledged events first appear on the log in another order than they were handed over in. */
  readonly reordered: readonly string[];
  /** On the log, after quiet, and neither stored nor overtaken nor dead. */
  readonly unseen: readonly string[];
  /** Dead letters that no event was meant to become, and poison that did not become one. */
  readonly wronglyDead: readonly string[];
  /** Partitions whose tally does not add up to the committed offset, or whose committed offset is not the end. */
  readonly unbalanced: readonly string[];
}

export const NOTHING_WRONG: Verdict = { lost: [], phantom: [], duplicatedRows: [], stale: [], reordered: [], unseen: [], wronglyDead: [], unbalanced: [] };

/** Compares what was published with what an installation holds once nothing moves any more. */
export function verdictOf(history: History, seen: Observation): Verdict {
  const events = eventsOf(seen);
  const dead = deadPlaces(seen);
  const settled = settledIds(events, seen, dead);
  const known = history.attempted;
  const users = new Set(history.byUser.keys());
  return {
    lost: history.acknowledged.filter((id) => !settled.has(id)),
    phantom: [...new Set(seen.records.map(idOf))].filter((id) => !known.has(id)).concat(seen.rows.map(({ userId }) => userId).filter((id) => !users.has(id))),
    duplicatedRows: repeated(seen.rows.map(({ userId }) => userId)),
    stale: staleUsers(events, seen.rows, dead),
    reordered: reorderedUsers(history, events),
    unseen: [...new Set(seen.records.map(idOf))].filter((id) => !settled.has(id)),
    wronglyDead: wronglyDead(history, seen, dead),
    unbalanced: unbalanced(seen),
  };
}

/** The ids of which the table or the dead letters can tell the end. */
function settledIds(events: readonly ReceivedUserCreated[], { records, rows }: Observation, dead: ReadonlySet<string>): ReadonlySet<string> {
  const rowOf = new Map(rows.map((row) => [row.userId, row]));
  const stored = events.filter((event) => isIn(rowOf.get(event.user.id), event)).map(({ id }) => id);
  return new Set([...stored, ...records.filter((record) => dead.has(positionOf(record))).map(idOf)]);
}

/** Its user's row is of that event or of a newer one. */
function isIn(row: Row | undefined, event: ReceivedUserCreated): boolean {
  return row !== undefined && compare(row, event) >= 0;
}

type Age = Pick<Row, 'timeMicros' | 'partition' | 'offset'>;

function compare(one: Age, other: Age): number {
  return one.timeMicros - other.timeMicros || one.partition - other.partition || one.offset - other.offset;
}

function staleUsers(events: readonly ReceivedUserCreated[], rows: readonly Row[], dead: ReadonlySet<string>): string[] {
  const newest = new Map<string, ReceivedUserCreated>();
  for (const event of events) {
    const known = newest.get(event.user.id);
    if (!dead.has(positionOf(event)) && (known === undefined || compare(event, known) > 0)) newest.set(event.user.id, event);
  }
  return rows.flatMap((row) => {
    const event = newest.get(row.userId);
    return event === undefined || isOf(row, event) ? [] : [row.userId];
  });
}

function isOf(row: Row, event: ReceivedUserCreated): boolean {
  return compare(row, event) === 0 && Object.entries(event.user.fields).every(([name, value]) => row.fields[name] === value);
}

function reorderedUsers(history: History, events: readonly ReceivedUserCreated[]): string[] {
  const acknowledged = new Set(history.acknowledged);
  const places = new Map<string, ReceivedUserCreated>();
  for (const event of events) if (!places.has(event.id)) places.set(event.id, event);
  return [...history.byUser].flatMap(([userId, ids]) => {
    const found = ids.filter((id) => acknowledged.has(id)).flatMap((id) => places.get(id) ?? []);
    const inOrder = found.every((event, index) => {
      const before = found[index - 1];
      return before === undefined || (event.partition === before.partition && event.offset > before.offset);
    });
    return inOrder ? [] : [userId];
  });
}

function wronglyDead({ poison, acknowledged }: History, { records }: Observation, dead: ReadonlySet<string>): string[] {
  const died = new Set(records.filter((record) => dead.has(positionOf(record))).map(idOf));
  return [...[...died].filter((id) => !poison.has(id)), ...acknowledged.filter((id) => poison.has(id) && !died.has(id))];
}

function unbalanced({ offsets, committed }: Observation): string[] {
  return offsets.flatMap(({ partition, first, end }) => {
    const commit = committed.find((one) => one.partition === partition);
    if (commit === undefined) return end === first ? [] : [`partition ${partition}: nothing committed of ${end}`];
    const { offset, tally } = commit;
    const sum = tally === null ? Number.NaN : tally.began + tally.stored + tally.dead + tally.skipped;
    return sum === offset && offset === end ? [] : [`partition ${partition}: began, stored, dead and skipped are ${sum}, committed ${offset}, the end ${end}`];
  });
}

function repeated(ids: readonly string[]): string[] {
  const seen = new Set<string>();
  return ids.filter((id) => seen.size === seen.add(id).size);
}
