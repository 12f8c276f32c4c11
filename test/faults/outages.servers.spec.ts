import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { type AppProcess } from '../support/app-process.js';
import { eventually } from '../support/eventually.js';
import { NOTHING_WRONG } from './support/checker.js';
import { ClusterInstallation } from './support/cluster-installation.js';
import { History } from './support/history.js';
import { publishOn } from './support/load.js';
import { OwnServers } from './support/own-servers.js';
import { allReady, allSayAway, readinessOf } from './support/readiness-watch.js';
import { report } from './support/report.js';
import { RequestedRuns } from './support/requested-runs.js';
import { ResidentMemory } from './support/resident-memory.js';
import { diceFor, scaled, SEED } from './support/scale.js';
import { storedBy } from './support/stored-by.js';

type Component = 'event-bus' | 'user-repository';

/** One component, or both together, killed, left dead for so long, and started again. */
interface Outage {
  readonly components: readonly Component[];
  readonly awayMs: number;
}

/** Seconds: until everybody said what is away, and from its return until everybody was ready. */
interface Recovery {
  readonly noticed: number;
  readonly ready: number;
}

const AWAY_MS = scaled({ short: 3_000, long: 10_000 });
const BOTH_AWAY_MS = scaled({ short: 15_000, long: 120_000 });
/** By the issue of an operator: half a minute. The short form may share its two cores with everything else. */
const READY_WITHIN_MS = scaled({ short: 90_000, long: 30_000 });
const SAYS_SO_WITHIN_MS = scaled({ short: 60_000, long: 15_000 });
const GROWS_LESS_THAN_MB = 100;
const LISTENS_WITHIN_S = scaled({ short: 30, long: 8 });
/** So much has gone through before memory is measured: caches are warm then. */
const WARM = scaled({ short: 500, long: 4_000 });
const RUN = { count: scaled({ short: 400, long: 5_000 }), rate: 20 };
const LOAD = { batch: 20, everyMs: 200, retries: Number.POSITIVE_INFINITY };

const KAFKA: Outage = { components: ['event-bus'], awayMs: AWAY_MS };
const CASSANDRA: Outage = { components: ['user-repository'], awayMs: AWAY_MS };
const BOTH: Outage = { components: ['event-bus', 'user-repository'], awayMs: BOTH_AWAY_MS };

/** Fault 2. On Kafka and Cassandra alone: the embedded log and table have no server that could be away. */
describe(`Kafka and Cassandra go away and come back (seed ${SEED})`, () => {
  let servers: OwnServers;
  let installation: ClusterInstallation;
  const load = new AbortController();
  const watches: ResidentMemory[] = [];

  beforeAll(async () => {
    Logger.overrideLogger(false);
    servers = await OwnServers.start();
    installation = await ClusterInstallation.open(servers);
  });
  afterAll(async () => {
    load.abort();
    for (const watch of watches) watch.stop();
    await installation?.close();
    await servers?.stop();
  });

  /** Where both are meant, both at the same moment. */
  const each = (components: readonly Component[], act: (component: Component) => Promise<void>) => Promise.all(components.map(act));
  const kill = (component: Component) => (component === 'event-bus' ? servers.kafka.kill('SIGKILL') : (servers.nodes[0]?.kill('SIGKILL') ?? Promise.resolve()));
  const restart = (component: Component) => (component === 'event-bus' ? servers.kafka.restart() : (servers.nodes[0]?.restart() ?? Promise.resolve()));

  /** `meanwhile` begins once everybody has said what is away, and may add processes that have to be ready afterwards. */
  async function suffer(apps: readonly AppProcess[], { components, awayMs }: Outage, meanwhile: () => Promise<readonly AppProcess[]> = async () => []): Promise<Recovery> {
    const killedAt = Date.now();
    await each(components, kill);
    const { seconds, said } = await allSayAway(apps, components, { withinMs: SAYS_SO_WITHIN_MS });
    for (const { code, reason, suggestion } of said) {
      expect(code).toMatch(/^(bus|repository)\.unavailable$/);
      expect(reason).toMatch(/^(Kafka|Cassandra) is away/);
      expect(suggestion).toMatch(/tried again|goes on by itself/);
    }
    const late = await meanwhile();
    await sleep(killedAt + awayMs - Date.now());
    for (const app of apps) {
      const { httpStatus, components: healths } = await readinessOf(app);
      expect(httpStatus).toBe(503);
      const older = Object.entries(healths).filter(([, { status, since }]) => status === 'down' && Date.parse(since) < killedAt - 1_000);
      expect(older).toEqual([]);
    }
    await each(components, restart);
    return { noticed: seconds, ready: await allReady([...apps, ...late], { withinMs: READY_WITHIN_MS }) };
  }

  it('nothing is lost or set aside, memory stays, readiness says why, and it goes on by itself', async () => {
    const dice = diceFor('outages');
    const history = new History();
    const { publisher, topic } = installation;
    await installation.makeTopic();
    const apps = [installation.start('ingestion,admin'), installation.start('processing,admin')] as const;
    await allReady(apps, { withinMs: 120_000 });
    const runs = new RequestedRuns({ roles: 'ingestion,admin', app: apps[0] });
    await runs.request(RUN);
    const publishing = publishOn(publisher, topic, dice, history, { ...LOAD, signal: load.signal });
    await eventually(async () => expect(await storedBy(apps[1])).toBeGreaterThan(WARM), { withinMs: 120_000 });
    watches.push(...apps.map((app) => new ResidentMemory(app)));

    let listens = Number.NaN;
    const begin = async (): Promise<readonly AppProcess[]> => {
      const startedAt = performance.now();
      const app = installation.start('processing,admin');
      await app.url();
      listens = (performance.now() - startedAt) / 1_000;
      await allSayAway([app], BOTH.components, { withinMs: SAYS_SO_WITHIN_MS });
      return [app];
    };
    const outages = scaled({ short: [dice.pick([KAFKA, CASSANDRA])], long: dice.shuffle([KAFKA, KAFKA, KAFKA, CASSANDRA]) });
    const alone: Recovery[] = [];
    for (const outage of outages) alone.push(await suffer(apps, outage));
    const both = await suffer(apps, BOTH, begin);
    expect(listens).toBeLessThan(LISTENS_WITHIN_S);

    await runs.succeeded(history);
    load.abort();
    await publishing;
    const { verdict, seen } = await installation.settled(history);
    expect(verdict).toEqual(NOTHING_WRONG);
    expect(seen.deadLetters).toEqual([]);
    for (const watch of watches) watch.look();
    const grown = watches.map(({ grownBy }) => Math.round(grownBy));
    for (const megabytes of grown) expect(megabytes).toBeLessThan(GROWS_LESS_THAN_MB);
    const rounded = (seconds: number) => Number(seconds.toFixed(1));
    const greatest = (figure: 'noticed' | 'ready') => rounded(Math.max(...alone.map((one) => one[figure])));
    report({
      fault: 2,
      name: 'broker and database away',
      adapters: installation.adapters,
      injected: `the broker killed and restarted ${outages.filter((one) => one === KAFKA).length + 1} times, Cassandra ${outages.filter((one) => one === CASSANDRA).length + 1} times, alone for ${AWAY_MS / 1_000} s each, and last both together for ${BOTH_AWAY_MS / 1_000} s, under ${LOAD.batch * (1_000 / LOAD.everyMs) + RUN.rate} events/s`,
      figures: {
        events: history.acknowledged.length,
        lost: 0,
        'dead letters': 0,
        '503 after s': Math.max(greatest('noticed'), rounded(both.noticed)),
        'ready after one s': greatest('ready'),
        'ready after both s': rounded(both.ready),
        'ingestion grew MB': grown[0] ?? Number.NaN,
        'processing grew MB': grown[1] ?? Number.NaN,
        'a process that starts meanwhile listens after s': rounded(listens),
      },
    });
  }, scaled({ short: 400_000, long: 1_200_000 }));
});
