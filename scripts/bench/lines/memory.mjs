import { setTimeout as sleep } from 'node:timers/promises';
import { App } from '../lib/app.mjs';
import { slope } from '../lib/figures.mjs';
import { atMost } from '../lib/report.mjs';

const LOOK_EVERY_MS = 1_000;
/** The start is no slope: code is compiled and heaps find their size. */
const SETTLING_SHARE = 0.25;

/** What all roles in one process take at the default rate, and whether it grows. */
export async function memory(workplace, { memoryMs }) {
  const dataDir = workplace.folder();
  const app = new App(workplace, { DATA_DIR: dataDir, USER_SOURCE: 'synthetic' });
  await app.ready();
  const samples = [];
  for (const started = performance.now(); performance.now() - started < memoryMs; await sleep(LOOK_EVERY_MS)) {
    const residentMb = app.residentMb();
    if (residentMb === null) break;
    samples.push([(performance.now() - started) / 60_000, residentMb]);
  }
  await app.stop();
  workplace.remove(dataDir);
  const what = `memory, all roles, 5 users/s, ${Math.round(memoryMs / 60_000)} min`;
  const last = samples.at(-1)?.[1];
  if (last === undefined) return [{ what, measured: 'not known: this system has no /proc', budgets: [], samples }];
  const settled = samples.slice(Math.floor(samples.length * SETTLING_SHARE));
  const peak = Math.max(...samples.map(([, residentMb]) => residentMb));
  const perMinute = slope(settled);
  return [
    {
      what,
      measured: `${last.toFixed(0)} MB at the end, ${peak.toFixed(0)} MB at most, slope ${perMinute >= 0 ? '+' : ''}${perMinute.toFixed(2)} MB/min`,
      slopeMbPerMinute: perMinute,
      budgets: [atMost('MB', 200, last)],
      samples,
    },
  ];
}
