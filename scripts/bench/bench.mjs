/**
 * `npm run bench`: the embedded lines of the budget, each next to its bare loop; docs/performance.md says how each is
 * measured. Everything happens on loopback and in temporary folders. Ends with 1 where a budget does not hold.
 */
import { writeFileSync } from 'node:fs';
import { prepare } from '../lib/prepare.mjs';

await prepare();
const { Workplace } = await import('./lib/workplace.mjs');
const { readOptions, USAGE } = await import('./lib/options.mjs');
const { machine } = await import('./lib/machine.mjs');
const { machineLine, table } = await import('./lib/report.mjs');
const LINES = {
  append: (await import('./lines/append.mjs')).append,
  'log-to-table': (await import('./lines/log-to-table.mjs')).logToTable,
  latency: (await import('./lines/latency.mjs')).latency,
  start: (await import('./lines/start.mjs')).start,
  memory: (await import('./lines/memory.mjs')).memory,
};

const { help, only, json, sizes } = optionsOrExit();
if (help) {
  console.log(USAGE);
  process.exit(0);
}
const on = machine();
const workplace = new Workplace();
const lines = [];
for (const name of only) {
  const started = performance.now();
  process.stderr.write(`${name} … `);
  lines.push(...(await LINES[name](workplace, sizes)));
  process.stderr.write(`${((performance.now() - started) / 1_000).toFixed(0)} s\n`);
}
workplace.close();
console.log(`\n${machineLine(on)}\n\n${table(lines)}`);
if (json !== null) writeFileSync(json, `${JSON.stringify({ machine: on, sizes, lines }, null, 2)}\n`);
process.exitCode = lines.every(({ budgets }) => budgets.every(({ holds }) => holds)) ? 0 : 1;

function optionsOrExit() {
  try {
    return readOptions(process.argv.slice(2), Object.keys(LINES));
  } catch (error) {
    process.stderr.write(`${error.message}\n\n${USAGE}\n`);
    process.exit(2);
  }
}
