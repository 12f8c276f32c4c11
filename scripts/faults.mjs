/**
 * `npm run test:faults`: the fault tests in their long form, one after the other, on real Kafka and Cassandra that it
 * starts for itself unless the environment names some. `--seeds 1,2,3` (the default), `--only kills,wire`, `--short`;
 * `--record` keeps what was seen in docs/reliability.json and writes docs/reliability.md. The last line is
 * `N passed, N failed`.
 */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Interrupted, passSignalsOn, runNode } from './lib/child.mjs';
import { addUp } from './lib/figures.mjs';
import { build, install, requireNode, root } from './lib/prepare.mjs';
import { merged, reliabilityPage } from './lib/reliability.mjs';
import { beginServers } from './lib/test-servers.mjs';

const { values: chosen } = parseArgs({ options: { seeds: { type: 'string', default: '1,2,3' }, only: { type: 'string' }, short: { type: 'boolean' }, record: { type: 'boolean' } } });
const RESULTS = join(root, 'docs', 'reliability.json');
const GIB = 1_024 ** 3;

requireNode();
if (chosen.record && chosen.short) {
  process.stdout.write('--record keeps figures of the long form: leave --short out\n');
  process.exit(2);
}
passSignalsOn();
const folder = mkdtempSync(join(tmpdir(), 'userstream-faults-'));
let exitCode = 1;
try {
  await install();
  const servers = beginServers(process.env);
  await build();
  const { variables, reason } = await servers.ready;
  if (reason !== undefined) process.stdout.write(`not run: what needs Kafka and Cassandra: ${reason}\n`);
  try {
    const runs = [];
    for (const seed of seedsOf(chosen.seeds)) runs.push(await runSeed(seed, variables));
    if (chosen.record) record();
    exitCode = runs.find(({ status }) => status !== 0)?.status ?? 0;
    process.stdout.write(`${addUp(runs.map(({ figures }) => figures))}\n`);
  } finally {
    await servers.stop();
  }
} catch (error) {
  process.stdout.write(`${error.message}\n0 passed, 1 failed\n`);
  if (error instanceof Interrupted) exitCode = error.exitCode;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exit(exitCode);

function seedsOf(text) {
  const seeds = text.split(',').map(Number);
  if (seeds.every((seed) => Number.isSafeInteger(seed) && seed >= 0)) return seeds;
  throw new Error(`--seeds ${text}: whole numbers with commas between`);
}

/** One at a time: what is timed must not wait for another test's processes. */
async function runSeed(seed, variables) {
  process.stdout.write(`seed ${seed}\n`);
  const summary = join(folder, `summary-${seed}`);
  const jest = join(root, 'node_modules', 'jest', 'bin', 'jest.js');
  const projects = variables === undefined ? ['faults'] : ['faults', 'servers'];
  const paths = chosen.only === undefined ? ['test/faults/'] : chosen.only.split(',').map((story) => `test/faults/${story}\\.`);
  const env = { ...process.env, ...variables, USERSTREAM_TEST_SUMMARY: summary, USERSTREAM_FAULTS: chosen.short ? 'short' : 'long', USERSTREAM_FAULT_SEED: String(seed), USERSTREAM_FAULT_RESULTS: join(folder, 'results') };
  const args = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', jest, '--selectProjects', ...projects, '--runInBand', '--forceExit', '--testPathPatterns', ...paths];
  const { status, signal } = await runNode(args, { env, shown: true });
  if (!existsSync(summary)) throw new Error(`jest ended without a result (${signal ?? `exit code ${status}`})`);
  return { status: status ?? 1, figures: readFileSync(summary, 'utf8') };
}

function record() {
  const known = existsSync(RESULTS) ? JSON.parse(readFileSync(RESULTS, 'utf8')).findings : [];
  const results = join(folder, 'results');
  const found = existsSync(results) ? readdirSync(results).map((file) => JSON.parse(readFileSync(join(results, file), 'utf8'))) : [];
  const machine = `${cpus().length} cores (${cpus()[0]?.model ?? 'unknown'}), ${Math.round(totalmem() / GIB)} GB, Node ${process.versions.node}`;
  const all = { machine, findings: merged(known, found) };
  writeFileSync(RESULTS, `${JSON.stringify(all, null, 2)}\n`);
  writeFileSync(join(root, 'docs', 'reliability.md'), reliabilityPage(all));
}
