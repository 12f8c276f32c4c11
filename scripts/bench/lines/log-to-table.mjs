import { join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import { App, until } from '../lib/app.mjs';
import { PARTITIONS } from '../lib/embedded-log.mjs';
import { interleaved, quantile } from '../lib/figures.mjs';
import { HttpLoad } from '../lib/http-load.mjs';
import { atLeast, atMost, below, count, milliseconds, perSecond } from '../lib/report.mjs';

const BATCH = 500;
const GROUP = 'userstream';
const DONE_WITHIN_MS = 300_000;
const LOOK_EVERY_MS = 10;

/** The embedded log into the embedded table, empty and filled: a real process of the app against the bare loop. */
export async function logToTable(workplace, { pairs, events, filled, flags }) {
  const empty = await dataSet(workplace, events);
  const full = workplace.folder(empty);
  await workplace.loop('fill-table', { dataDir: full, count: filled });
  const http = { durations: [], failures: [] };
  const lines = [];
  for (const { name, from, before, least } of [
    { name: 'an empty table', from: empty, before: 0, least: 30_000 },
    { name: `a table of ${count(filled)}`, from: full, before: filled, least: 15_000 },
  ]) {
    const run = { from, before, events, flags };
    const figures = await interleaved(pairs, () => measureApp(workplace, run, http), () => measureBare(workplace, run));
    lines.push({
      what: `log -> ${name}, ${count(events)} events`,
      measured: perSecond(figures.ours, 'rows'),
      bare: perSecond(figures.bare, 'rows'),
      ratio: figures.ratio,
      budgets: [atLeast('ratio', 0.8, figures.ratio), atLeast('rows/s', least, figures.ours.perSecond)],
      samples: figures.pairs,
    });
  }
  return [...lines, httpLine(http)];
}

function httpLine({ durations, failures }) {
  const [p50, p99] = [quantile(durations, 0.5), quantile(durations, 0.99)];
  return {
    what: `HTTP meanwhile, ${count(durations.length)} requests`,
    measured: `p50 ${milliseconds(p50)}, p99 ${milliseconds(p99)}${failures.length === 0 ? '' : `, ${failures.length} failed`}`,
    budgets: [below('p99 ms', 100, p99), atMost('failed', 0, failures.length)],
    failures,
    samples: durations,
  };
}

/** A data folder with all events on the log and none handled: processing is paused on it, as an operator would. */
async function dataSet(workplace, events) {
  const dataDir = workplace.folder();
  const app = new App(workplace, { DATA_DIR: dataDir, ROLES: 'processing,admin' });
  await app.ready();
  await app.post('/api/v1/processing/pause', { reason: 'the benchmark fills the log' });
  await app.stop();
  await workplace.loop('fill-log', { dataDir, count: events });
  return dataDir;
}

/** From the request to resume up to the commit of the last position; the process has started before. */
async function measureApp(workplace, { from, before, events, flags }, http) {
  const dataDir = workplace.folder(from);
  const app = new App(workplace, { DATA_DIR: dataDir, ROLES: 'processing,admin' }, flags);
  await until(() => isPausedWithAll(app), 20_000, () => 'the app did not take its partitions');
  const log = new DatabaseSync(join(dataDir, 'log.db'), { readOnly: true, timeout: 1_000 });
  const handled = log.prepare('SELECT total(stored) AS stored, total(dead) AS dead FROM group_partitions WHERE group_name = ?');
  const load = new HttpLoad(await app.url());
  const [started, cpuBefore] = [performance.now(), app.cpuSeconds()];
  await app.post('/api/v1/processing/resume');
  await until(() => handled.get(GROUP).stored >= events, DONE_WITHIN_MS, () => `only ${JSON.stringify(handled.get(GROUP))} of ${events} events were stored`, LOOK_EVERY_MS);
  const [tookMs, cpuAfter] = [performance.now() - started, app.cpuSeconds()];
  const { durations, failures } = await load.stop();
  http.durations.push(...durations);
  http.failures.push(...failures);
  log.close();
  await app.stop();
  checkRows(dataDir, before + events);
  workplace.remove(dataDir);
  return { perSecond: (events * 1_000) / tookMs, cpuMicros: cpuBefore === null ? null : ((cpuAfter - cpuBefore) * 1e6) / events };
}

async function isPausedWithAll(app) {
  const { instances } = await app.get('/api/v1/status');
  return instances.some(({ processing }) => processing?.state === 'paused' && processing.partitions.length === PARTITIONS);
}

async function measureBare(workplace, { from, before, events }) {
  const dataDir = workplace.folder(from);
  const measured = await workplace.loop('log-to-table-bare', { dataDir, batch: BATCH });
  checkRows(dataDir, before + events);
  workplace.remove(dataDir);
  return measured;
}

/** A rate is worth nothing if a row is missing. */
function checkRows(dataDir, expected) {
  const table = new DatabaseSync(join(dataDir, 'table.db'), { readOnly: true });
  const { rows } = table.prepare('SELECT count(*) AS rows FROM created_users').get();
  table.close();
  if (rows !== expected) throw new Error(`the table has ${rows} rows instead of ${expected}`);
}
