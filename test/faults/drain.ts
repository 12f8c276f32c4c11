import { Logger } from '@nestjs/common';
import { textHeader } from '../../src/domain/event-record.js';
import { encodeUserCreated } from '../../src/domain/user-created.codec.js';
import { type UserCreated } from '../../src/domain/user-created.js';
import { NOTHING_WRONG } from './support/checker.js';
import { type Dice } from './support/dice.js';
import { Fleet, holdsPartitions, type Member, type Retirement } from './support/fleet.js';
import { type Handlings } from './support/handlings.js';
import { History } from './support/history.js';
import { type Adapters, type Installation } from './support/installation.js';
import { publishOn } from './support/load.js';
import { deadPlaces, idOf, positionOf, type Observation } from './support/observation.js';
import { report } from './support/report.js';
import { RequestedRuns } from './support/requested-runs.js';
import { diceFor, scaled, SEED, TEST_MS } from './support/scale.js';

const STOPS = scaled({ short: 3, long: 20 });
/** From outside, on a machine that may have many other things to do; the promise is that of the long form. */
const EXIT_WITHIN_S = scaled({ short: 30, long: 10 });
const LOAD = { batch: 100, everyMs: 150 };
const RUN = { count: 600, rate: 200 };
/** One in three: too few to make processing pause, enough for hardly any batch to be without. */
const POISON_EVERY = 3;

/** An installation, and, where the table can be made to tell, every handling of an event. */
export interface Watched {
  readonly installation: Installation;
  readonly handlings: Handlings | null;
}

/** Fault 10: processes are asked to stop under load. */
export function drainOn(adapters: Adapters, open: () => Promise<Watched>): void {
  describe(`SIGTERM under load, on ${adapters} (seed ${SEED})`, () => {
    let watched: Watched;
    const over = new AbortController();
    beforeEach(async () => {
      Logger.overrideLogger(false);
      watched = await open();
    });
    afterEach(async () => {
      over.abort();
      watched.handlings?.close();
      await watched.installation.close();
    });

    it(`${STOPS} times: exit 0 within ${EXIT_WITHIN_S} s, nothing is lost${adapters === 'embedded' ? ', and nothing is published or handled twice' : ''}`, async () => {
      const dice = diceFor('drain');
      const history = new History();
      const { installation, handlings } = watched;
      const { publisher, topic } = installation;
      await installation.makeTopic();
      const fleet = new Fleet(installation);
      for (const roles of ['processing', 'processing', 'ingestion,admin']) fleet.add(roles);

      const { poison } = history;
      const load = publishOn(publisher, topic, diceFor('drain, the load'), history, {
        ...LOAD,
        signal: over.signal,
        each: (events) => events.forEach(({ id }, index) => index % POISON_EVERY === 0 && poison.add(id)),
        encode: (event) => (poison.has(event.id) ? spoiled(event) : encodeUserCreated(event)),
      });
      const stops = await stopSome(fleet, dice, over.signal);
      over.abort();
      await load;
      await new RequestedRuns(steward(fleet)).succeeded(history, { withinMs: TEST_MS / 2 });
      const { verdict, seen } = await installation.settled(history, { withinMs: TEST_MS / 2 });

      expect(verdict).toEqual(NOTHING_WRONG);
      expect(stops.map(({ exit }) => exit)).toEqual(stops.map(() => ({ code: 0, signal: null })));
      const slowest = Math.max(...stops.map(({ seconds }) => seconds));
      const twice = { published: repeated(seen.records.map(idOf)), given: repeated(seen.deadLetters.map(placeOfOriginal)), stored: handlings === null ? [] : repeated(handlings.places()) };
      if (handlings !== null) {
        expect(twice).toEqual({ published: [], given: [], stored: [] });
        expect(handlings.places().toSorted()).toEqual(storedPlaces(seen).toSorted());
      }
      expect(slowest).toBeLessThan(EXIT_WITHIN_S);
      report({
        fault: 10,
        name: 'SIGTERM under load',
        adapters,
        injected: `${stops.length} processes (that process, or ingest and serve) get SIGTERM, alone or two at once, and are replaced, while events go through, every third from outside being poison`,
        figures: {
          events: seen.records.length,
          lost: 0,
          'slowest exit s': Math.round(slowest * 10) / 10,
          'published twice': twice.published.length,
          'handled twice': handlings === null ? `${twice.given.length} of ${seen.deadLetters.length} dead letters` : twice.given.length + twice.stored.length,
        },
      });
    }, TEST_MS);
  });
}

/** Not JSON any more; its headers still name it. */
function spoiled(event: UserCreated) {
  return { ...encodeUserCreated(event), value: Buffer.from(`{"first_name":"${event.id}`) };
}

/** Stops under way, one or two at once; each is asked only once it has work. */
async function stopSome(fleet: Fleet, dice: Dice, given: AbortSignal): Promise<readonly Retirement[]> {
  const stops: Retirement[] = [];
  while (stops.length < STOPS) {
    given.throwIfAborted();
    await Promise.all(fleet.ofRole('processing').map((member) => holdsPartitions(member)));
    await new RequestedRuns(steward(fleet)).request(RUN);
    await new Promise((resolve) => setTimeout(resolve, dice.between(0, 1_500)));
    const leaving = dice.shuffle(fleet.members).slice(0, dice.chance(0.3) ? 2 : 1);
    const retirements = leaving.map((member) => fleet.retire(member));
    for (const { roles } of leaving) fleet.add(roles);
    stops.push(...(await Promise.all(retirements)));
  }
  return stops;
}

function steward(fleet: Fleet): Member {
  return fleet.ofRole('admin')[0]!;
}

function placeOfOriginal({ headers }: Observation['deadLetters'][number]): string {
  return positionOf({ partition: textHeader(headers, 'dl_partition') ?? '?', offset: textHeader(headers, 'dl_offset') ?? '?' });
}

function storedPlaces(seen: Observation): readonly string[] {
  const dead = deadPlaces(seen);
  return seen.records.map(positionOf).filter((place) => !dead.has(place));
}

function repeated(names: readonly string[]): string[] {
  const seen = new Set<string>();
  return names.filter((name) => seen.size === seen.add(name).size);
}
