import { Logger } from '@nestjs/common';
import { NOTHING_WRONG } from './support/checker.js';
import { Fleet, holdsPartitions } from './support/fleet.js';
import { History } from './support/history.js';
import { type Adapters, type Installation } from './support/installation.js';
import { publishOn } from './support/load.js';
import { report } from './support/report.js';
import { diceFor, scaled, SEED, TEST_MS } from './support/scale.js';
import { StallMeter } from './support/stall-meter.js';

/** How many process events, one after the other. */
const INSTANCES = [1, 4, 2, 1];
const PHASE_MS = scaled({ short: 3_000, long: 15_000 });
/** Of each of two publishers. */
const LOAD = { batch: 50, everyMs: 200 };
const LONGEST_STALL_S = 45;

export interface Storm {
  /** What is special about these servers; nothing by default. */
  readonly named?: string;
}

/** Fault 6: processing instances come and go under load. */
export function rebalancesOn(adapters: Adapters, open: () => Promise<Installation>, { named }: Storm = {}): void {
  describe(`a rebalance storm, on ${adapters}${named === undefined ? '' : `, ${named}`} (seed ${SEED})`, () => {
    let installation: Installation;
    let meter: StallMeter | undefined;
    const over = new AbortController();
    beforeEach(async () => {
      Logger.overrideLogger(false);
      installation = await open();
    });
    afterEach(async () => {
      over.abort();
      await meter?.stop();
      await installation.close();
    });

    it(`instances ${INSTANCES.join(', ')}, each for ${PHASE_MS / 1_000} s: nothing is lost, and no stall lasts over ${LONGEST_STALL_S} s`, async () => {
      const dice = diceFor('rebalances');
      const history = new History();
      const { publisher, topic, group, log } = installation;
      await installation.makeTopic();
      const fleet = new Fleet(installation);
      await holdsPartitions(fleet.add('processing'));

      meter = new StallMeter(log, topic, group);
      const load = Promise.all(['one', 'other'].map((which) => publishOn(publisher, topic, diceFor(`rebalances, ${which} load`), history, { ...LOAD, retries: 20, signal: over.signal })));
      let slowestChange = 0;
      for (const instances of INSTANCES) {
        over.signal.throwIfAborted();
        const startedAt = performance.now();
        await scaleTo(instances, fleet, (count) => dice.between(0, count));
        slowestChange = Math.max(slowestChange, (performance.now() - startedAt) / 1_000);
        await new Promise((resolve) => setTimeout(resolve, PHASE_MS - (performance.now() - startedAt)));
      }
      over.abort();
      await load;
      const { verdict, seen } = await installation.settled(history, { withinMs: TEST_MS / 2 });
      await meter.stop();

      expect(verdict).toEqual(NOTHING_WRONG);
      expect(meter.longest.whole).toBeLessThan(LONGEST_STALL_S);
      expect(meter.longest.partition).toBeLessThan(LONGEST_STALL_S);
      report({
        fault: 6,
        name: named === undefined ? 'rebalance storm' : `rebalance storm, ${named}`,
        adapters,
        injected: `${INSTANCES.join(', ')} processing instances, each number for ${PHASE_MS / 1_000} s, under ${2 * LOAD.batch * (1_000 / LOAD.everyMs)} events/s`,
        figures: { events: seen.records.length, lost: 0, 'longest stall s': seconds(meter.longest.whole), 'longest stall of a partition s': seconds(meter.longest.partition), 'slowest change of their number s': seconds(slowestChange) },
      });
    }, TEST_MS);
  });
}

/** Those who are new have their share when it resolves, and those who go have gone, in order. */
async function scaleTo(instances: number, fleet: Fleet, pick: (count: number) => number): Promise<void> {
  while (fleet.members.length < instances) fleet.add('processing');
  const leaving = [];
  while (fleet.members.length > instances) leaving.push(fleet.retire(fleet.members[pick(fleet.members.length)]!));
  for (const { exit, log } of await Promise.all(leaving)) {
    if (exit.code !== 0) throw new Error(`an instance ended with ${JSON.stringify(exit)}; it said:\n${log}`);
  }
  await Promise.all(fleet.members.map((member) => holdsPartitions(member)));
}

function seconds(value: number): number {
  return Math.round(value * 10) / 10;
}
