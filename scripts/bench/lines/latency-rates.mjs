import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { App, until } from '../lib/app.mjs';
import { measureOffset } from '../lib/due-clock.mjs';
import { USERS_TOPIC } from '../lib/embedded-log.mjs';
import { LEGS } from '../lib/legs.mjs';
import { cost, count, percentiles } from '../lib/report.mjs';
import { onServers, settingsOf } from '../lib/servers.mjs';
import { stopwatchOf } from '../lib/stopwatch.mjs';

const PROBE = pathToFileURL(join(import.meta.dirname, '..', 'lib', 'latency-probe.mjs'));
const RATES = [10, 1_000, 10_000];
const STORED_WITHIN_MS = 120_000;

/** How long events take to each place on their way at fixed rates: a process that publishes, and one of the app that stores; embedded, so both on one folder. */
export async function latencyRates(workplace, sizes) {
  const lines = [];
  for (const rate of RATES) {
    const dataDir = workplace.folder();
    lines.push(...(await measure(workplace, sizes, { name: 'embedded', rate, log: { dataDir }, topic: USERS_TOPIC, environment: { DATA_DIR: dataDir } })));
    workplace.remove(dataDir);
  }
  return lines;
}

/** The same through Kafka into a Cassandra table of four columns. */
export function latencyRatesKafka(workplace, sizes, servers) {
  return onServers(servers, async ({ tag, endpoints, keyspace }) => {
    const lines = [];
    for (const rate of RATES) {
      const name = `${tag}_${rate}`;
      await keyspace.createTable(name);
      const dataDir = workplace.folder();
      const environment = { ...settingsOf(endpoints), DATA_DIR: dataDir, PIPELINE_NAME: name, USERS_TOPIC: name, CASSANDRA_KEYSPACE: keyspace.name, CASSANDRA_TABLE: name };
      const log = { brokers: endpoints.kafka.brokers };
      lines.push(...(await measure(workplace, sizes, { name: 'Kafka and Cassandra', rate, log, topic: name, environment })));
      await keyspace.dropTable(name);
      workplace.remove(dataDir);
    }
    return lines;
  });
}

async function measure(workplace, { rateSeconds, warmUpSeconds, flags }, { name, rate, log, topic, environment }) {
  const [offset, folder] = [measureOffset(), workplace.folder()];
  const file = join(folder, 'legs.json');
  const probe = new URL(PROBE);
  probe.searchParams.set('file', file);
  probe.searchParams.set('offset', offset);
  const app = new App(workplace, { ...environment, ROLES: 'processing,admin' }, [...flags, '--import', probe.href]);
  await app.ready();
  const [measured, warmUp] = [rate * rateSeconds, rate * warmUpSeconds];
  const stop = stopwatchOf(app);
  const published = await workplace.loop('publish-at-rate', { log, topic, rate, count: measured, warmUp, offset });
  const isStored = async () => (await app.get('/api/v1/ledger')).totals.stored >= measured + warmUp;
  await until(isStored, STORED_WITHIN_MS, () => `not all of ${measured + warmUp} events were stored`, 50);
  const took = stop(measured + warmUp);
  await app.stop();
  const legs = { ...published, ...JSON.parse(readFileSync(file, 'utf8')) };
  workplace.remove(folder);
  const lost = Object.keys(LEGS).find((leg) => !(legs[leg]?.count >= measured));
  if (lost !== undefined) throw new Error(`${legs[lost]?.count ?? 0} of ${measured} events were measured as ${lost}`);
  const at = `${count(rate)} events/s, ${name}`;
  return [
    ...Object.entries(LEGS).map(([leg, title]) => ({ what: `${at}: ${title}`, measured: percentiles(legs[leg]), budgets: [], samples: legs[leg] })),
    { what: `${at}: the storing process, a row`, measured: cost(took), budgets: [], samples: [took] },
  ];
}
