/**
 * `npm run bench:soak`: the app, all roles in one process, at a steady rate for a long time, looked at every few
 * seconds from outside. Says of memory, descriptors and lag whether they stayed flat, and ends with 1 where one did not.
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { prepare } from '../lib/prepare.mjs';

const USAGE = `npm run bench:soak -- [options]
  --minutes N      how long after the warm-up (default 60)
  --warm-up N      minutes before that in which code is compiled and the caches of the log and the table fill (default 5)
  --rate N         users per second (default 500)
  --every N        seconds between two looks (default 5)
  --servers        on Kafka and Cassandra: those of USERSTREAM_TEST_KAFKA and USERSTREAM_TEST_CASSANDRA, else both are
                   started for it; without it, embedded
  --json FILE      also writes the machine, every line and every look to FILE`;
const TELL_EVERY_MS = 60_000;

const options = optionsOrExit();
await prepare();
const { App } = await import('./lib/app.mjs');
const { machine } = await import('./lib/machine.mjs');
const { count, machineLine, table } = await import('./lib/report.mjs');
const { onServers, Servers, settingsOf } = await import('./lib/servers.mjs');
const { looks } = await import('./lib/soak-looks.mjs');
const { soakLines } = await import('./lib/soak-report.mjs');
const { Workplace } = await import('./lib/workplace.mjs');

const on = machine();
const workplace = new Workplace();
const servers = new Servers();
const seen = await soakWhereAsked().finally(() => servers.stop());
workplace.close();
const lines = soakLines(seen, { rate: options.rate, warmUpHours: options.warmUp / 60 });
console.log(`\n${machineLine(on, servers.versions)}\n${options.minutes} minutes after ${options.warmUp} of warming up, at ${count(options.rate)} users/s, ${options.servers ? 'Kafka and Cassandra' : 'embedded'}\n\n${table(lines)}`);
if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify({ machine: on, servers: servers.versions, options, lines, samples: seen }, null, 2)}\n`);
process.exit(lines.every(({ budgets }) => budgets.every(({ holds }) => holds)) ? 0 : 1);

function soakWhereAsked() {
  if (!options.servers) return soak({});
  return onServers(servers, ({ tag, endpoints, keyspace }) => soak(serverSettings(tag, endpoints, keyspace)));
}

async function soak(settings) {
  const app = new App(workplace, { DATA_DIR: workplace.folder(), USER_SOURCE: 'synthetic', INGEST_RATE: String(options.rate), ...settings });
  await app.ready();
  const seen = await looks(app, { forMs: (options.warmUp + options.minutes) * 60_000, everyMs: options.every * 1_000, tell: teller() });
  await app.stop();
  return seen;
}

/** Topics and a table that the app makes by itself. */
function serverSettings(tag, endpoints, keyspace) {
  return { ...settingsOf(endpoints), PIPELINE_NAME: `${tag}_soak`, USERS_TOPIC: `${tag}_soak_users`, CASSANDRA_KEYSPACE: keyspace.name, CASSANDRA_TABLE: `${tag}_soak` };
}

/** One line a minute, so that who waits sees that something happens. */
function teller() {
  let toldAt = -Infinity;
  return ({ hours, residentMb, openFiles, lag, stored, failed }) => {
    if (performance.now() - toldAt < TELL_EVERY_MS) return;
    toldAt = performance.now();
    process.stderr.write(`${(hours * 60).toFixed(0)} min: ${failed ?? `${residentMb?.toFixed(0)} MB, ${openFiles} descriptors, lag ${lag}, ${stored} stored`}\n`);
  };
}

function optionsOrExit() {
  try {
    const string = { type: 'string' };
    const { values } = parseArgs({ options: { minutes: string, 'warm-up': string, rate: string, every: string, json: string, servers: { type: 'boolean' }, help: { type: 'boolean' } } });
    if (values.help === true) {
      console.log(USAGE);
      process.exit(0);
    }
    const { minutes = '60', 'warm-up': warmUp = '5', rate = '500', every = '5' } = values;
    return { minutes: positive(minutes), warmUp: positive(warmUp), rate: positive(rate), every: positive(every), servers: values.servers === true, json: values.json };
  } catch (error) {
    process.stderr.write(`${error.message}\n\n${USAGE}\n`);
    process.exit(2);
  }
}

function positive(text) {
  const number = Number(text);
  if (number > 0 && Number.isFinite(number)) return number;
  throw new Error(`${text} is no number above 0`);
}
