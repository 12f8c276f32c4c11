import { App, until } from '../lib/app.mjs';
import { median } from '../lib/figures.mjs';
import { atMost, seconds } from '../lib/report.mjs';
import { silentServer } from '../lib/source-stub.mjs';
import { TableWatch } from '../lib/table-watch.mjs';

const FIRST_ROW_WITHIN_MS = 60_000;

/** From the start of the process to its first stored row, on a new data folder and an installed and built tree. */
export async function start(workplace, { starts }) {
  const silent = await silentServer();
  const cases = [
    ['synthetic', { USER_SOURCE: 'synthetic' }],
    ['auto, its API silent', { USER_SOURCE: 'auto', RANDOMUSER_URL: silent.url }],
  ];
  const lines = [];
  for (const [name, environment] of cases) {
    const samples = [];
    for (let round = 0; round < starts; round += 1) samples.push(await measure(workplace, environment));
    const middle = median(samples);
    lines.push({ what: `process start -> first row, ${name}`, measured: `${seconds(middle)} (worst ${seconds(Math.max(...samples))})`, budgets: [atMost('s', 2, middle)], samples });
  }
  await silent.close();
  return lines;
}

async function measure(workplace, environment) {
  const dataDir = workplace.folder();
  const watch = new TableWatch(dataDir);
  const app = new App(workplace, { DATA_DIR: dataDir, ...environment });
  const at = await until(() => watch.seen.values().next().value, FIRST_ROW_WITHIN_MS, () => 'no row came');
  await watch.close();
  await app.url();
  await app.stop();
  workplace.remove(dataDir);
  return Number(at - app.startedAt) / 1e9;
}
