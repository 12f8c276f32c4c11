import { App, until } from '../lib/app.mjs';
import { quantile } from '../lib/figures.mjs';
import { atMost, count, milliseconds } from '../lib/report.mjs';
import { RowWatch } from '../lib/row-watch.mjs';
import { onServers, settingsOf } from '../lib/servers.mjs';
import { SourceStub } from '../lib/source-stub.mjs';

/** As the embedded line's: each page ends alone. */
const PAGES_PER_SECOND = 25;
const WARM_UP = 50;
const SETTINGS = { USER_SOURCE: 'randomuser', INGEST_MODE: 'manual', INGEST_PAGE_SIZE: '1', INGEST_RATE: String(PAGES_PER_SECOND) };

/** From the last byte of the source's answer to the row that a reader of Cassandra sees, through Kafka, one user a page, nothing else to do. */
export async function latencyKafka(workplace, { latencySamples, flags }, servers) {
  const { samples, lookMs, residentMb, vitals } = await onServers(servers, (on) => measure(workplace, on, latencySamples, flags));
  const [p50, p99] = [quantile(samples, 0.5), quantile(samples, 0.99)];
  return [
    {
      what: `answer -> row, Kafka and Cassandra, ${count(samples.length)} users`,
      measured: `p50 ${milliseconds(p50)}, p99 ${milliseconds(p99)}; a look took ${milliseconds(quantile(lookMs, 0.5))}`,
      budgets: [atMost('p50 ms', 10, p50), atMost('p99 ms', 30, p99)],
      vitals,
      samples,
      lookMs,
    },
    { what: 'memory after that, all roles', measured: residentMb === null ? 'not known: this system has no /proc' : `${residentMb.toFixed(0)} MB`, budgets: [] },
  ];
}

/** All roles in one process, on topics and a table that it makes by itself. */
async function measure(workplace, { tag, endpoints, keyspace }, wanted, flags) {
  const dataDir = workplace.folder();
  const table = `${tag}_latency`;
  let watch;
  const stub = await new SourceStub({ tell: (id) => watch?.await(id) }).listen();
  const names = { PIPELINE_NAME: `${tag}_latency`, USERS_TOPIC: `${tag}_latency_users`, CASSANDRA_KEYSPACE: keyspace.name, CASSANDRA_TABLE: table };
  const app = new App(workplace, { ...settingsOf(endpoints), ...SETTINGS, ...names, DATA_DIR: dataDir, RANDOMUSER_URL: stub.url }, flags);
  await app.ready();
  watch = new RowWatch({ ...endpoints.cassandra, keyspace: keyspace.name, table });
  await watch.ready();
  const total = WARM_UP + wanted;
  await app.post('/api/v1/runs', { count: total });
  const withinMs = (total / PAGES_PER_SECOND) * 2_000 + 60_000;
  await until(() => watch.seen.size >= total, withinMs, () => `${watch.seen.size} of ${total} users came`, 50);
  const { instances } = await app.get('/api/v1/status');
  const residentMb = app.residentMb();
  await watch.close();
  await app.stop();
  await stub.close();
  workplace.remove(dataDir);
  const samples = [...watch.seen].map(([id, at]) => Number(at - stub.answeredAt.get(id)) / 1e6).slice(WARM_UP);
  const vitals = instances.map(({ processing }) => processing?.latencyMs).find((own) => own != null) ?? null;
  return { samples, lookMs: watch.lookMs, residentMb, vitals };
}
