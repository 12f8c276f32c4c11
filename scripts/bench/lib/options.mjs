import { parseArgs } from 'node:util';

/** What `--help` prints; `names` are those of the lines. */
export const usage = (names) => `npm run bench -- [options]
  --quick          fewer and smaller measurements: whether it runs, not how fast
  --only a,b       only these: ${names.join(', ')}
  --json FILE      also writes the machine, every line and every sample to FILE
  --memory 1h      how long memory is watched (default 60s)
  --pairs N        how many interleaved pairs (default 5)
  --flags="..."    flags for the app's Node processes, such as --flags="--cpu-prof --cpu-prof-dir=DIR"

Those with kafka in their names need Kafka and Cassandra: those of USERSTREAM_TEST_KAFKA and USERSTREAM_TEST_CASSANDRA, which
\`npm run servers -- --env FILE\` writes, else both are started for them.`;

const FULL = {
  pairs: 5,
  appended: 200_000,
  events: 500_000,
  filled: 1_000_000,
  naiveEvents: 50_000,
  latencySamples: 2_000,
  rateSeconds: 60,
  warmUpSeconds: 10,
  starts: 5,
  memoryMs: 60_000,
};
const QUICK = {
  pairs: 1,
  appended: 20_000,
  events: 30_000,
  filled: 50_000,
  naiveEvents: 5_000,
  latencySamples: 100,
  rateSeconds: 5,
  warmUpSeconds: 2,
  starts: 1,
  memoryMs: 10_000,
};
const UNITS = { s: 1_000, m: 60_000, h: 3_600_000 };

/** The command line as sizes of the lines. @throws Error - in plain words, for the one who typed it. */
export function readOptions(args, names) {
  const { values } = parseArgs({
    args,
    options: { quick: { type: 'boolean' }, only: { type: 'string' }, json: { type: 'string' }, memory: { type: 'string' }, pairs: { type: 'string' }, flags: { type: 'string' }, help: { type: 'boolean' } },
  });
  const sizes = { ...(values.quick === true ? QUICK : FULL) };
  if (values.pairs !== undefined) sizes.pairs = positive(values.pairs);
  if (values.memory !== undefined) sizes.memoryMs = durationMs(values.memory);
  const only = values.only?.split(',') ?? names;
  const unknown = only.find((name) => !names.includes(name));
  if (unknown !== undefined) throw new Error(`there is no line ${unknown}: ${names.join(', ')}`);
  return { help: values.help === true, only, json: values.json ?? null, sizes: { ...sizes, flags: values.flags?.split(' ').filter(Boolean) ?? [] } };
}

function positive(text) {
  const number = Number(text);
  if (Number.isInteger(number) && number > 0) return number;
  throw new Error(`${text} is no number of pairs`);
}

function durationMs(text) {
  const [, number, unit] = /^(\d+)([smh])$/.exec(text) ?? [];
  if (number === undefined) throw new Error(`${text} is no duration such as 60s, 10m or 1h`);
  return Number(number) * UNITS[unit];
}
