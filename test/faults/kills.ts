import { Logger } from '@nestjs/common';
import { NOTHING_WRONG } from './support/checker.js';
import { type Dice } from './support/dice.js';
import { Fleet } from './support/fleet.js';
import { History } from './support/history.js';
import { type Adapters, type Installation } from './support/installation.js';
import { publishAll, someEvents } from './support/load.js';
import { report } from './support/report.js';
import { RequestedRuns } from './support/requested-runs.js';
import { diceFor, scaled, SEED, TEST_MS } from './support/scale.js';

const KILLS = scaled({ short: 6, long: 30 });
/** Milliseconds from one kill to the next: often less than a process takes to start, so that some die young. */
const PAUSE_MS = scaled({ short: { from: 300, to: 1_500 }, long: { from: 300, to: 3_000 } });
const RUNS = scaled({ short: { runs: 2, count: 1_500, rate: 200 }, long: { runs: 8, count: 5_000, rate: 400 } });
/** What each of two publishers of the test's own hands over, as long as kills may last. */
const OWN = scaled({ short: { events: 800, batch: 40, everyMs: 450 }, long: { events: 5_000, batch: 50, everyMs: 900 } });
const EVENTS = RUNS.runs * RUNS.count + 2 * OWN.events;
const ROLES = ['ingestion', 'ingestion', 'processing', 'processing', 'admin'];

/** Fault 1: random processes are killed under load, and replaced. */
export function killsOn(adapters: Adapters, open: () => Promise<Installation>): void {
  describe(`kill -9 of random processes, on ${adapters} (seed ${SEED})`, () => {
    let installation: Installation;
    const over = new AbortController();
    beforeEach(async () => {
      Logger.overrideLogger(false);
      installation = await open();
    });
    afterEach(async () => {
      over.abort();
      await installation.close();
    });

    it(`${KILLS} times while ${EVENTS} events go through: nothing is lost, invented or doubled`, async () => {
      const dice = diceFor('kills');
      const history = new History();
      const { publisher, topic } = installation;
      await installation.makeTopic();
      const fleet = new Fleet(installation);
      for (const roles of ROLES) fleet.add(roles);
      const runs = new RequestedRuns(fleet.ofRole('admin')[0]!);
      for (let run = 0; run < RUNS.runs; run += 1) await runs.request({ count: RUNS.count, rate: RUNS.rate });

      const loads = [1, 2].map(() => someEvents(dice, OWN.events, { users: OWN.events / 4 }));
      const load = Promise.all(loads.map((events) => publishAll(publisher, topic, events, history, { ...OWN, retries: 100, signal: over.signal })));
      const killed = await killSome(fleet, dice, over.signal);
      await load;
      const all = await runs.succeeded(history, { withinMs: TEST_MS / 2 });

      expect(history.acknowledged.length).toBeGreaterThanOrEqual(EVENTS);
      const { verdict, seen } = await installation.settled(history, { withinMs: TEST_MS / 2 });
      expect(verdict).toEqual(NOTHING_WRONG);
      const attempts = all.reduce((sum, run) => sum + run.attempts.length, 0);
      report({
        fault: 1,
        name: 'kill -9',
        adapters,
        injected: `${KILLS} kills of random processes of ${ROLES.length} (two that ingest, two that process, one admin), each replaced at once, while ${EVENTS} events go through`,
        figures: { events: history.acknowledged.length, lost: 0, phantom: 0, 'rows a user': 1, ...killed, 'runs resumed': attempts - all.length, 'delivered twice': seen.records.length - history.acknowledged.length },
      });
    }, TEST_MS);
  });
}

/** One of each role at least; who else is up to the dice. */
async function killSome(fleet: Fleet, dice: Dice, given: AbortSignal): Promise<Record<string, number>> {
  const roles = [...new Set(ROLES)];
  const killed: Record<string, number> = {};
  const victims = dice.shuffle([...roles, ...Array.from({ length: KILLS - roles.length }, () => dice.pick(ROLES))]);
  for (const role of victims) {
    await new Promise((resolve) => setTimeout(resolve, dice.between(PAUSE_MS.from, PAUSE_MS.to)));
    given.throwIfAborted();
    await fleet.kill(dice.pick(fleet.ofRole(role)));
    killed[`killed ${role}`] = (killed[`killed ${role}`] ?? 0) + 1;
  }
  return killed;
}
