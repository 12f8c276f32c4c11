import { App, until } from '../lib/app.mjs';
import { quantile } from '../lib/figures.mjs';
import { atMost, count, milliseconds } from '../lib/report.mjs';
import { SourceStub } from '../lib/source-stub.mjs';
import { TableWatch } from '../lib/table-watch.mjs';

/** Slow enough that each page ends alone, fast enough that 2,000 of them take less than a minute and a half. */
const PAGES_PER_SECOND = 25;
const WARM_UP = 50;

const SETTINGS = { USER_SOURCE: 'randomuser', INGEST_MODE: 'manual', INGEST_PAGE_SIZE: '1', INGEST_RATE: String(PAGES_PER_SECOND) };

/** From the last byte of the source's answer to the durable row, one user a page, nothing else to do. */
export async function latency(workplace, { latencySamples, flags }) {
  const one = await measure(workplace, [{ ROLES: 'ingestion,processing,admin' }], latencySamples, flags);
  const three = await measure(workplace, [{ ROLES: 'admin' }, { ROLES: 'processing' }, { ROLES: 'ingestion' }], latencySamples, flags);
  return [line('all roles in one process', one, { p50: 5, p99: 15 }), line('a process a role', three, { p50: 15, p99: 25 })];
}

function line(name, { samples, vitals }, budget) {
  const [p50, p99] = [quantile(samples, 0.5), quantile(samples, 0.99)];
  return {
    what: `answer -> row, ${name}, ${count(samples.length)} users`,
    measured: `p50 ${milliseconds(p50)}, p99 ${milliseconds(p99)}`,
    budgets: [atMost('p50 ms', budget.p50, p50), atMost('p99 ms', budget.p99, p99)],
    vitals,
    samples,
  };
}

/** The first of `processes` has the role admin. */
async function measure(workplace, processes, wanted, flags) {
  const dataDir = workplace.folder();
  const stub = await new SourceStub().listen();
  const apps = processes.map((environment) => new App(workplace, { DATA_DIR: dataDir, RANDOMUSER_URL: stub.url, ...SETTINGS, ...environment }, flags));
  for (const app of apps) await app.ready();
  const watch = new TableWatch(dataDir);
  const total = WARM_UP + wanted;
  await apps[0].post('/api/v1/runs', { count: total });
  const withinMs = (total / PAGES_PER_SECOND) * 2_000 + 60_000;
  await until(() => watch.seen.size >= total, withinMs, () => `${watch.seen.size} of ${total} users came`, 50);
  const { instances } = await apps[0].get('/api/v1/status');
  await watch.close();
  for (const app of apps) await app.stop();
  await stub.close();
  workplace.remove(dataDir);
  const samples = [...watch.seen].map(([email, at]) => Number(at - stub.answeredAt.get(email)) / 1e6).slice(WARM_UP);
  return { samples, vitals: instances.map(({ processing }) => processing?.latencyMs).find((own) => own != null) ?? null };
}
