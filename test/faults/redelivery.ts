import { Logger } from '@nestjs/common';
import { encodeUserCreated, decodeUserCreated } from '../../src/domain/user-created.codec.js';
import { type ReceivedUserCreated, type UserCreated } from '../../src/domain/user-created.js';
import { type UserRepository } from '../../src/ports/user-repository.port.js';
import { NOTHING_WRONG } from './support/checker.js';
import { type Dice } from './support/dice.js';
import { History } from './support/history.js';
import { type Adapters, type Installation } from './support/installation.js';
import { publishAll, someEvents } from './support/load.js';
import { type Observation, type Row } from './support/observation.js';
import { report } from './support/report.js';
import { diceFor, scaled, SEED } from './support/scale.js';
import { FIELDS, type WholeTable } from './support/whole-table.js';

const EVENTS = scaled({ short: 2_000, long: 20_000 });
const USERS = EVENTS / 4;

/** What it takes to read a log again at the same positions. */
export interface Rereading<Opened extends Installation> {
  open(): Promise<Opened>;
  table(installation: Opened): WholeTable;
  /** Sets the group's committed offsets back to the beginning; no process reads for it meanwhile. */
  rewind(installation: Opened): Promise<void>;
}

/** Fault 7: the whole log comes again, each event twice, in any order. */
export function redeliveryOn<Opened extends Installation>(adapters: Adapters, { open, table: tableOf, rewind }: Rereading<Opened>): void {
  describe(`the whole log again, on ${adapters} (seed ${SEED})`, () => {
    let installation: Opened;
    let table: WholeTable;
    beforeEach(async () => {
      Logger.overrideLogger(false);
      installation = await open();
      table = tableOf(installation);
    });
    afterEach(async () => {
      await table.close();
      await installation.close();
    });

    const start = () => installation.start('processing', { USER_FIELDS: FIELDS.join(',') });

    it('published again, doubled and shuffled, the table ends as it was', async () => {
      const dice = diceFor('redelivery');
      const history = new History();
      const { publisher, topic } = installation;
      await installation.makeTopic();
      start();
      const events = someEvents(dice, EVENTS, { users: USERS });
      await publishAll(publisher, topic, events, history);
      const first = await installation.settled(history);
      expect(first.verdict).toEqual(NOTHING_WRONG);

      await publishAll(publisher, topic, dice.shuffle([...events, ...events]), history);
      const again = await installation.settled(history);
      expect(again.verdict).toEqual(NOTHING_WRONG);
      expect(again.seen.records).toHaveLength(3 * EVENTS);
      expect(byUser(again.seen.rows)).toEqual(byUser(first.seen.rows));
      report({ fault: 7, name: 'the whole log published again', adapters, injected: `${EVENTS} events of ${USERS} users published once more, each twice, shuffled`, figures: { lost: 0, 'rows changed': 0, rows: first.seen.rows.length } });
    });

    it('read again at the same positions, by one process and by two, and saved twice in shuffled batches: no column but stored_at differs', async () => {
      const dice = diceFor('same positions');
      const history = new History();
      const { publisher, topic } = installation;
      await installation.makeTopic();
      const one = start();
      const events = meanEvents(dice, EVENTS);
      await publishAll(publisher, topic, events, history, { encode: encodeUserCreated });
      const first = await installation.settled(history);
      expect(first.verdict).toEqual(NOTHING_WRONG);
      const columns = await table.columns();
      expect(phones(columns)).toEqual(newestPhones(first.seen));
      await one.stop();

      // Read again by the app, from the beginning: by one process, and by two that share the partitions.
      for (const processes of [1, 2]) {
        await rewind(installation);
        const apps = Array.from({ length: processes }, start);
        const again = await installation.settled(history);
        expect(again.verdict).toEqual(NOTHING_WRONG);
        expect(again.seen.offsets).toEqual(first.seen.offsets);
        expect(await table.columns()).toEqual(columns);
        await Promise.all(apps.map((app) => app.stop()));
      }

      // Delivered twice each in any order, to one repository, and to two at the same time, which do not know of each other.
      const received = receivedOf(first.seen);
      const [here, there] = [await table.openRepository(), await table.openRepository()];
      await saveShuffled(here, received, dice);
      expect(await table.columns()).toEqual(columns);
      await Promise.all([saveShuffled(here, received, dice), saveShuffled(there, received, dice)]);
      expect(await table.columns()).toEqual(columns);
      expect((await installation.settled(history)).verdict).toEqual(NOTHING_WRONG);
      report({
        fault: 7,
        name: 'the whole log again at the same positions',
        adapters,
        injected: `a group set back to the beginning of ${EVENTS} events, read by one process and then by two; then each event saved 6 times, in shuffled batches, by one repository and by two at once`,
        figures: { lost: 0, 'rows changed in any column but stored_at': 0, rows: columns.size, 'columns compared': Object.keys([...columns.values()][0] ?? {}).length, 'events of one user and one time': ties(events) },
      });
    });
  });
}

const byUser = (rows: readonly Row[]) => new Map(rows.map(({ userId, fields, timeMicros }) => [userId, { fields, timeMicros }]));

/**
 * Events of runs and of somebody else's producer, of different users. Half of them lack a field that others of the same
 * user have. Those of no run often have the very time of another one, so that the position decides.
 */
function meanEvents(dice: Dice, count: number): readonly UserCreated[] {
  const [ofRuns, ofOthers] = [someEvents(dice, count / 2, { users: USERS / 2 }), someEvents(dice, count / 2, { users: USERS / 2 })];
  const runId = ofRuns[0]?.id ?? null;
  const given = [...ofRuns.map((event) => ({ ...event, runId })), ...ofOthers.map((event) => ({ ...event, timeMicros: event.timeMicros - (event.timeMicros % 1_000) }))];
  // Each user's events stay in their order.
  const [runs, others] = [given.slice(0, count / 2), given.slice(count / 2)];
  const mixed: UserCreated[] = [];
  while (runs.length + others.length > 0) mixed.push(...((dice.chance(0.5) && runs.length > 0) || others.length === 0 ? runs : others).splice(0, 1));
  return mixed.map((event, index) => (dice.chance(0.5) ? event : { ...event, user: { ...event.user, fields: { ...event.user.fields, phone: `+44 ${index}` } } }));
}

function ties(events: readonly UserCreated[]): number {
  return events.length - new Set(events.map(({ user, timeMicros }) => `${user.id} ${timeMicros}`)).size;
}

function receivedOf({ records }: Observation): readonly ReceivedUserCreated[] {
  return records.map((record) => decodeUserCreated(record, { fields: FIELDS, nowMs: Date.now() }));
}

async function saveShuffled(repository: UserRepository, received: readonly ReceivedUserCreated[], dice: Dice): Promise<void> {
  const deliveries = dice.shuffle([...received, ...received]);
  for (let from = 0; from < deliveries.length; ) {
    const size = dice.between(1, 1_000);
    expect(await repository.saveAll(deliveries.slice(from, from + size))).toEqual({ rejected: [] });
    from += size;
  }
}

const phones = (columns: ReadonlyMap<string, Readonly<Record<string, unknown>>>) => new Map([...columns].map(([id, row]) => [id, row['phone'] ?? null]));

/** By the promise: the row is that of the newest event, whatever an older one had. */
function newestPhones(seen: Observation): ReadonlyMap<string, string | null> {
  const newest = new Map<string, ReceivedUserCreated>();
  for (const event of receivedOf(seen)) {
    const known = newest.get(event.user.id);
    if (known === undefined || (event.timeMicros - known.timeMicros || event.partition - known.partition || event.offset - known.offset) > 0) newest.set(event.user.id, event);
  }
  return new Map([...newest].map(([id, { user }]) => [id, user.fields['phone'] ?? null]));
}
