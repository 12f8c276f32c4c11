/**
 * `npm run bench`: the lines of the budget, each next to its bare loop; docs/performance.md says how each is measured.
 * Everything happens on loopback and in temporary folders, unless the environment names servers. A line whose servers
 * can't be had is reported as not run, and one that broke off as failed, the last one then. Ends with 1 where a budget
 * does not hold.
 */
import { writeFileSync } from 'node:fs';
import { prepare } from '../lib/prepare.mjs';

await prepare();
const { Servers, ServersMissing } = await import('./lib/servers.mjs');
const { Workplace } = await import('./lib/workplace.mjs');
const { readOptions, usage } = await import('./lib/options.mjs');
const { machine } = await import('./lib/machine.mjs');
const { machineLine, table } = await import('./lib/report.mjs');
const { append, produce } = await import('./lines/publish.mjs');
const { logToTable, twoInstancesEmbedded } = await import('./lines/log-to-table.mjs');
const { kafkaToCassandra, naive, onePartition, twoInstances } = await import('./lines/kafka-to-cassandra.mjs');
const { latency } = await import('./lines/latency.mjs');
const { latencyKafka } = await import('./lines/latency-kafka.mjs');
const { latencyRates, latencyRatesKafka } = await import('./lines/latency-rates.mjs');
const { memory } = await import('./lines/memory.mjs');
const { start } = await import('./lines/start.mjs');

const LINES = {
  append,
  'log-to-table': logToTable,
  'two-instances': twoInstancesEmbedded,
  latency,
  'latency-rates': latencyRates,
  start,
  memory,
  // Last, so that no server is there yet while the lines above are measured.
  'kafka-to-cassandra': kafkaToCassandra,
  'one-partition-kafka': onePartition,
  'two-instances-kafka': twoInstances,
  'naive-kafka': naive,
  'produce-kafka': produce,
  'latency-kafka': latencyKafka,
  'latency-rates-kafka': latencyRatesKafka,
};
const NAMES = Object.keys(LINES);

const { help, only, json, sizes } = optionsOrExit();
if (help) {
  console.log(usage(NAMES));
  process.exit(0);
}
const on = machine();
const workplace = new Workplace();
const servers = new Servers();
const lines = await measureAll();
await servers.stop();
workplace.close();
console.log(`\n${machineLine(on, servers.versions)}\n\n${table(lines)}`);
if (json !== null) writeFileSync(json, `${JSON.stringify({ machine: on, servers: servers.versions, sizes, lines }, null, 2)}\n`);
process.exit(lines.every(({ budgets }) => budgets.every(({ holds }) => holds)) ? 0 : 1);

/** The lines measured before one that breaks off are not lost; none is measured beside what it may have left running. */
async function measureAll() {
  const lines = [];
  for (const name of NAMES.filter((line) => only.includes(line))) {
    const started = performance.now();
    process.stderr.write(`${name} … `);
    try {
      lines.push(...(await LINES[name](workplace, sizes, servers)));
    } catch (error) {
      if (!(error instanceof ServersMissing)) {
        console.error(error);
        return [...lines, without(name, 'failed', error, [{ text: 'ends', holds: false }])];
      }
      lines.push(without(name, 'not run', error, []));
    }
    process.stderr.write(`${((performance.now() - started) / 1_000).toFixed(0)} s\n`);
  }
  return lines;
}

/** What stands in place of figures. */
function without(what, fate, error, budgets) {
  return { what, measured: `${fate}: ${error.message.split('\n')[0]}`, budgets, [fate]: error.message };
}

function optionsOrExit() {
  try {
    return readOptions(process.argv.slice(2), NAMES);
  } catch (error) {
    process.stderr.write(`${error.message}\n\n${usage(NAMES)}\n`);
    process.exit(2);
  }
}
