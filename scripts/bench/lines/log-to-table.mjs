import { EmbeddedRun } from '../lib/embedded-run.mjs';
import { interleaved, quantile } from '../lib/figures.mjs';
import { atLeast, atMost, below, count, milliseconds, perSecond, twoAndOne } from '../lib/report.mjs';

/** The embedded log into the embedded table, empty and filled: a real process of the app against the bare loop. */
export async function logToTable(workplace, { pairs, events, filled, flags }) {
  const empty = await EmbeddedRun.folder(workplace, events);
  const full = workplace.folder(empty);
  await workplace.loop('fill-table', { dataDir: full, count: filled });
  const http = { durations: [], failures: [] };
  const lines = [];
  for (const { name, from, before, least } of [
    { name: 'an empty table', from: empty, before: 0, least: 30_000 },
    { name: `a table of ${count(filled)}`, from: full, before: filled, least: 15_000 },
  ]) {
    const run = new EmbeddedRun(workplace, { from, before, events, flags });
    const figures = await interleaved(pairs, () => run.app(1, http), () => run.bare());
    lines.push({
      what: `log -> ${name}, ${count(events)} events`,
      measured: perSecond(figures.ours, 'rows'),
      bare: perSecond(figures.bare, 'rows'),
      ratio: figures.ratio,
      budgets: [atLeast('ratio', 0.8, figures.ratio), atLeast('rows/s', least, figures.ours.perSecond)],
      samples: figures.pairs,
    });
  }
  workplace.remove(empty);
  workplace.remove(full);
  return [...lines, httpLine(http)];
}

/** Two processes on one folder, and, in turn with that, one: SQLite has one writer a file, however many processes ask. */
export async function twoInstancesEmbedded(workplace, { pairs, events, flags }) {
  const from = await EmbeddedRun.folder(workplace, events);
  const run = new EmbeddedRun(workplace, { from, events, flags });
  const figures = await interleaved(pairs, () => run.app(2), () => run.app(1));
  workplace.remove(from);
  return twoAndOne(`log -> an empty table, ${count(events)} events`, figures);
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
