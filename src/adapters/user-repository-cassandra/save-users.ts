import { type types } from 'cassandra-driver';
import { type ReceivedUserCreated } from '../../domain/user-created.js';
import { type Clock } from '../../ports/clock.port.js';
import { type RejectedRow } from '../../ports/user-repository.port.js';
import { cutBatches, type Written } from './batches.js';
import { type Candidate } from './candidate.js';
import { failureOf } from './cassandra-errors.js';
import { KeysInHand } from './keys-in-hand.js';
import { NewestEvents, orderOf, type Newest } from './newest-events.js';
import { ReadNewest } from './read-newest.js';
import { type Sending, type TableSession } from './table-session.js';

interface Row extends Written {
  readonly candidate: Candidate;
  readonly newest: Newest;
}

/** The row that was found for a key, or why there is none. */
type Look = types.Row | 'nothing-there' | 'not-looked';

const NOTHING: ReadonlySet<string> = new Set();

/**
 * Brings events into the table, so that each key ends with its newest event. Cassandra does most of it: a column keeps
 * the value of the greatest write timestamp, and that is the event's time. What it cannot do is in
 * docs/decisions/0014: two events of one time, and fields that the newer event does not have.
 */
export class SaveUsers {
  private readonly newest = new NewestEvents();
  private readonly inHand = new KeysInHand();
  private readonly readNewest: ReadNewest;

  constructor(
    private readonly session: TableSession,
    private readonly clock: Clock,
  ) {
    this.readNewest = new ReadNewest(session);
  }

  /**
   * Durable when it resolves, but for the rejected.
   * @throws whatever the driver met: all, some or none may be stored.
   */
  async execute(events: readonly ReceivedUserCreated[], signal?: AbortSignal): Promise<readonly RejectedRow[]> {
    const { byKey, rejected } = this.sort(events);
    const giveBack = await this.inHand.take([...byKey.keys()]);
    try {
      signal?.throwIfAborted();
      let round = nextOf(byKey.keys(), byKey);
      while (round.length > 0) {
        const refused = await this.save(round, signal);
        for (const { index } of refused) rejected.push({ index, reason: 'row.refused', message: 'Cassandra refuses the row: a value is longer than this cluster allows' });
        round = nextOf(refused.map(({ key }) => key), byKey);
      }
    } finally {
      giveBack();
    }
    return rejected.sort((one, other) => one.index - other.index);
  }

  /** Of each key all candidates, the newest last: the others matter only if that one is refused. */
  private sort(events: readonly ReceivedUserCreated[]): { byKey: Map<string, Candidate[]>; rejected: RejectedRow[] } {
    const byKey = new Map<string, Candidate[]>();
    const rejected: RejectedRow[] = [];
    const { row } = this.session;
    const { keys } = row;
    events.forEach((event, index) => {
      const fault = row.faultOf(event);
      if (fault !== null) {
        rejected.push({ index, ...fault });
        return;
      }
      const key = keys.nameOf(keys.ofEvent(event));
      const others = byKey.get(key);
      if (others === undefined) byKey.set(key, [{ index, event, key }]);
      else others.push({ index, event, key });
    });
    for (const candidates of byKey.values()) if (candidates.length > 1) candidates.sort(oldestFirst);
    return { byKey, rejected };
  }

  private async save(candidates: readonly Candidate[], signal?: AbortSignal): Promise<readonly Candidate[]> {
    const ours = candidates.map(({ key }) => this.newest.of(key));
    const looked = new Set(candidates.filter((candidate, at) => this.mustLook(candidate, ours[at])));
    const found = await this.readNewest.execute([...looked]);
    const storedAtMs = this.clock.now();
    const rows: Row[] = [];
    candidates.forEach((candidate, at) => {
      const look = looked.has(candidate) ? (found.get(candidate.key) ?? 'nothing-there') : 'not-looked';
      const row = this.rowOf(candidate, look, this.newestOf(look, ours[at] ?? undefined), storedAtMs);
      if (row !== null) rows.push(row);
    });
    return this.write(rows, signal);
  }

  /**
   * Whether the table must be asked before a key is written: when the last writing of it is in doubt, when fields of an
   * older event may have to be cleared, and when another event may have the very same time, here or in another process.
   * Within a run each time is unique, and an event that is named after its position has a key of its own.
   */
  private mustLook({ event }: Candidate, ours: Newest | null | undefined): boolean {
    const { row, shape } = this.session;
    if (shape.columns.every(({ isKey }) => isKey)) return false;
    const ofARun = event.runId !== null && event.redriveOf === null;
    const ofItsPosition = shape.identity.kind === 'id' && event.user.id === event.id;
    return (!ofARun && !ofItsPosition) || ours === null || row.lacksFields(event);
  }

  /** What the table says of a key's newest event, with the position that it may not keep; where it was not asked, what we wrote. */
  private newestOf(look: Look, ours: Newest | undefined): Newest | undefined {
    if (look === 'not-looked') return ours;
    if (look === 'nothing-there') return undefined;
    const theirs = this.session.row.newestOf(look);
    return theirs === undefined || theirs.writeTime === ours?.writeTime ? ours : theirs;
  }

  /** What is to be written of an event, or null if the key's row is of a newer one. */
  private rowOf(candidate: Candidate, look: Look, known: Newest | undefined, storedAtMs: number): Row | null {
    const { event } = candidate;
    const { row } = this.session;
    const found = typeof look === 'string' ? undefined : look;
    const writeTime = known === undefined ? event.timeMicros : writeTimeOf(event, known, () => found !== undefined && row.hasFieldsOf(event, found));
    if (writeTime === null) return null;
    const clears = found === undefined ? NOTHING : row.clearedBy(event, found);
    const statements = row.statementsOf(event, { writeTime, storedAtMs, clears });
    const newest = { timeMicros: event.timeMicros, partition: event.partition, offset: event.offset, writeTime };
    return { candidate, newest, statements, bytes: row.bytesOf(event) * statements.length, routingKey: row.keys.routingKeyOf(row.keys.ofEvent(event)) };
  }

  /** After the first failure nothing more is sent, and what is under way comes to its end. */
  private async write(rows: readonly Row[], signal?: AbortSignal): Promise<readonly Candidate[]> {
    const failures: unknown[] = [];
    const sending: Sending = {
      signal,
      mayGo: () => {
        signal?.throwIfAborted();
        if (failures.length > 0) throw failures[0];
      },
    };
    const batches = cutBatches(rows, (routingKey) => this.session.placeOf(routingKey));
    const refused = await Promise.all(
      batches.map((batch) =>
        this.writeBatch(batch, sending).catch((error: unknown) => {
          failures.push(error);
          return [];
        }),
      ),
    );
    if (failures.length > 0) throw failures[0];
    return refused.flat();
  }

  /** A batch that is refused for one of its rows is halved until that row is alone. */
  private async writeBatch(rows: readonly Row[], sending: Sending): Promise<readonly Candidate[]> {
    try {
      await this.session.insert(rows, sending);
    } catch (error) {
      for (const { candidate } of rows) this.newest.note(candidate.key, null);
      if (failureOf(error)?.kind !== 'row') throw error;
      if (rows.length === 1) return rows.map(({ candidate }) => candidate);
      const middle = rows.length >> 1;
      return [...(await this.writeBatch(rows.slice(0, middle), sending)), ...(await this.writeBatch(rows.slice(middle), sending))];
    }
    for (const { candidate, newest } of rows) this.newest.note(candidate.key, newest);
    return [];
  }
}

/**
 * The write timestamp of an event whose key has a row already, or null if that row is to stay. It is the event's time,
 * except where the row was written at that very time: the same timestamp would mix the columns of the two.
 */
function writeTimeOf(event: ReceivedUserCreated, known: Newest, isSame: () => boolean): number | null {
  const order = orderOf(event, known);
  if (order === 'older') return null;
  if (order === 'same' || (order === 'unordered' && isSame())) return known.writeTime;
  return Math.max(event.timeMicros, known.writeTime + 1);
}

/** Of each of these keys the newest candidate that is left. */
function nextOf(keys: Iterable<string>, byKey: ReadonlyMap<string, Candidate[]>): Candidate[] {
  const next: Candidate[] = [];
  for (const key of keys) {
    const candidate = byKey.get(key)?.pop();
    if (candidate !== undefined) next.push(candidate);
  }
  return next;
}

function oldestFirst({ event: one }: Candidate, { event: other }: Candidate): number {
  return one.timeMicros - other.timeMicros || one.partition - other.partition || one.offset - other.offset;
}
