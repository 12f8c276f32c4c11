import { Logger } from '@nestjs/common';
import { type UserCreated } from '../../src/domain/user-created.js';
import { type AppProcess } from '../support/app-process.js';
import { eventually } from '../support/eventually.js';
import { NOTHING_WRONG } from './support/checker.js';
import { History } from './support/history.js';
import { type Installation } from './support/installation.js';
import { publishAll, someEvents } from './support/load.js';
import { idOf, type Observation } from './support/observation.js';
import { report } from './support/report.js';
import { diceFor, scaled, SEED } from './support/scale.js';
import { type Dice } from './support/dice.js';

const EVENTS = scaled({ short: 800, long: 8_000 });
const NOTICED = { withinMs: 60_000, everyMs: 100 };

/** What somebody else does to the log, by the means of its bus. */
export interface LogTools {
  /** What retention does: some of what lies between the committed offset and the end is removed, by the dice. */
  removeSomeUnread(seen: Observation, dice: Dice): Promise<void>;
  /** Deletes the users topic and makes it again under the same name, empty. */
  replace(): Promise<void>;
  /** Whether the group's commits outlive the topic: those of a deleted topic are forgotten by the brokers. */
  readonly keepsCommits: boolean;
  close(): Promise<void>;
}

interface Incident {
  readonly kind: string;
  readonly partition: number;
  readonly fromOffset: number;
  readonly toOffset: number;
  readonly at: string;
}

/** What the process says of the log in `status`, without who says so. */
async function incidentsOf(app: AppProcess): Promise<readonly Incident[]> {
  const { incidents } = (await app.get<{ incidents: readonly Incident[] }>('/api/v1/status')).body;
  return incidents.map(({ kind, partition, fromOffset, toOffset, at }) => ({ kind, partition, fromOffset, toOffset, at })).sort((a, b) => a.partition - b.partition);
}

const untimed = (incidents: readonly Incident[]) => incidents.map(({ kind, partition, fromOffset, toOffset }) => ({ kind, partition, fromOffset, toOffset }));
const sorted = (ids: Iterable<string>) => [...ids].sort();
const idsOf = (events: readonly UserCreated[]) => events.map(({ id }) => id);
const usersOf = (events: readonly UserCreated[]) => events.map(({ user }) => user.id);

/** Fault 8: the log changes under a group that has not read it, or has. */
export function logChangesOn(adapters: Installation['adapters'], open: () => Promise<{ readonly installation: Installation; readonly tools: LogTools }>): void {
  describe(`a log that changes, on ${adapters} (seed ${SEED})`, () => {
    let installation: Installation;
    let tools: LogTools;
    let history: History;
    beforeEach(async () => {
      Logger.overrideLogger(false);
      ({ installation, tools } = await open());
      history = new History();
    });
    afterEach(async () => {
      await installation.close();
      await tools.close();
    });

    /** The events are stored; the process made the topic, with the limits that an operator's topics have. */
    async function handled(dice: Dice, count = EVENTS): Promise<{ readonly app: AppProcess; readonly events: readonly UserCreated[]; readonly seen: Observation }> {
      const app = installation.start('processing,admin');
      await ready(app);
      const events = someEvents(dice, count);
      await publish(events);
      const { verdict, seen } = await installation.settled(history);
      expect(verdict).toEqual(NOTHING_WRONG);
      return { app, events, seen };
    }

    const publish = (events: readonly UserCreated[]) => publishAll(installation.publisher, installation.topic, events, history);

    function ready(app: AppProcess): Promise<void> {
      return eventually(async () => expect({ ready: (await app.get('/health/ready')).status, log: app.log }).toMatchObject({ ready: 200 }), NOTICED);
    }

    /** Exactly these, in `status` and in the process's log. */
    function named(app: AppProcess, expected: readonly Omit<Incident, 'at'>[], words: (incident: Omit<Incident, 'at'>) => string): Promise<readonly Incident[]> {
      return eventually(async () => {
        const incidents = await incidentsOf(app);
        expect(untimed(incidents)).toEqual(expected);
        for (const incident of expected) expect(app.log).toContain(words(incident));
        return incidents;
      }, NOTICED);
    }

    /** A process that comes later, after the one that met it was killed, tells the same, with the same times. */
    async function remembered(app: AppProcess, incidents: readonly Incident[]): Promise<void> {
      await app.stop('SIGKILL');
      const heir = installation.start('processing,admin');
      await eventually(async () => expect({ incidents: await incidentsOf(heir), log: heir.log }).toMatchObject({ incidents }), NOTICED);
      await ready(heir);
    }

    async function settledWithout(gone: ReadonlySet<string>): Promise<Observation> {
      const { verdict, seen } = await installation.settled(history);
      // What left the log cannot be compared with it; whether it is in the table is looked at by its users.
      expect({ ...verdict, lost: sorted(verdict.lost) }).toEqual({ ...NOTHING_WRONG, lost: sorted(gone) });
      return seen;
    }

    it.each(scaled({ short: ['while the process is paused'], long: ['while the process is paused', 'while no process runs'] }))('retention removes unread events %s: named exactly, and processing goes on at the first one left', async (when) => {
      const dice = diceFor(`a gap ${when}`);
      const first = await handled(dice);
      let { app } = first;
      if (when === 'while no process runs') await app.stop();
      else expect((await app.post('/api/v1/processing/pause', { reason: 'a test' })).status).toBe(200);
      const unread = someEvents(dice, EVENTS, { firstMicros: Date.now() * 1_000 });
      await publish(unread);
      const before = await installation.observe();
      await tools.removeSomeUnread(before, dice);
      const after = await installation.observe();
      const left = new Set(after.records.map(idOf));
      const gone = before.records.map(idOf).filter((id) => !left.has(id));
      const removedUnread = new Set(idsOf(unread).filter((id) => !left.has(id)));
      expect(removedUnread.size).toBeGreaterThan(0);
      expect(removedUnread.size).toBeLessThan(unread.length);

      const expected = after.offsets.flatMap(({ partition, first: toOffset }) => {
        const fromOffset = before.committed.find((one) => one.partition === partition)?.offset ?? 0;
        return toOffset > fromOffset ? [{ kind: 'gap', partition, fromOffset, toOffset }] : [];
      });
      const startedAt = performance.now();
      if (when === 'while no process runs') app = installation.start('processing,admin');
      else expect((await app.post('/api/v1/processing/resume')).status).toBe(200);
      const incidents = await named(app, expected, ({ partition, fromOffset, toOffset }) => `partition ${partition}: the events ${fromOffset} to ${toOffset - 1} were removed`);
      const namedS = (performance.now() - startedAt) / 1_000;
      const seen = await settledWithout(new Set(gone));
      const gapUsers = new Set(unread.filter(({ id }) => removedUnread.has(id)).map(({ user }) => user.id));
      expect(sorted(seen.rows.map(({ userId }) => userId))).toEqual(sorted([...usersOf(first.events), ...usersOf(unread)].filter((id) => !gapUsers.has(id))));
      await ready(app);
      await remembered(app, incidents);
      report({
        fault: 8,
        name: `retention removes unread events ${when}`,
        adapters,
        injected: `${EVENTS} events handled, then ${EVENTS} unread of which retention removed ${removedUnread.size}`,
        figures: { 'removed and named': removedUnread.size, 'removed and not named': 0, 'lost otherwise': 0, 'named after s': Number(namedS.toFixed(1)), 'gaps in status': incidents.length },
      });
    });

    it.each(scaled({ short: ['while the process runs'], long: ['while the process runs', 'while no process runs'] }))('the topic is deleted and made again %s: nothing on the new log stays unseen', async (when) => {
      const dice = diceFor(`replaced ${when}`);
      const { app: met, events: old, seen: before } = await handled(dice);
      const whileStopped = when === 'while no process runs';
      if (whileStopped) await met.stop();
      const startedAt = performance.now();
      await tools.replace();
      // Fewer than there were: a consumer that is at work and finds its offset on the new log cannot tell the two apart.
      const fresh = someEvents(dice, whileStopped ? 2 * EVENTS : EVENTS / 2, { firstMicros: Date.now() * 1_000 });
      await publishAll(installation.publisher, installation.topic, fresh, history, { retries: 50 });
      const app = whileStopped ? installation.start('processing,admin') : met;
      const expected = whileStopped && !tools.keepsCommits ? [] : before.committed.map(({ partition, offset }) => ({ kind: 'log-replaced', partition, fromOffset: offset, toOffset: 0 }));
      const incidents = await named(app, expected, ({ partition, fromOffset }) => `partition ${partition}: the log was replaced; processing went on at offset 0 instead of ${fromOffset}`);
      const namedS = (performance.now() - startedAt) / 1_000;
      const seen = await settledWithout(new Set(idsOf(old)));
      expect(sorted(seen.rows.map(({ userId }) => userId))).toEqual(sorted([...usersOf(old), ...usersOf(fresh)]));
      expect(seen.committed.map(({ tally }) => tally?.began)).toEqual(seen.committed.map(() => 0));
      await ready(app);
      if (scaled({ short: false, long: true })) await remembered(app, incidents);
      report({
        fault: 8,
        name: `the topic is deleted and made again ${when}`,
        adapters,
        injected: `${EVENTS} events handled, the topic deleted and made again, ${fresh.length} events on the new one`,
        figures: { 'unseen on the new log': 0, lost: 0, 'named after s': Number(namedS.toFixed(1)), 'replacements in status': incidents.length },
      });
    });
  });
}
