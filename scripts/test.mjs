/**
 * `npm test`: installs, builds, type-checks, lints, checks the import rules and runs every test, with real Kafka and
 * Cassandra that it starts for itself, and the quick ones once more on the newer Node; `--quick` runs the unit and
 * embedded ones alone, `--newer-node` those on the newer Node. The last line is `N passed, N failed`, from jest's own
 * results; whatever fails before jest has one, be it the install, the build, a gate or a server, ends the run and counts
 * as one failure.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Interrupted, passSignalsOn, runNode } from './lib/child.mjs';
import { addUp } from './lib/figures.mjs';
import { newerNode, NEWER_NODE } from './lib/node-release.mjs';
import { build, install, requireNode, root } from './lib/prepare.mjs';
import { beginServers, countServerSpecs } from './lib/test-servers.mjs';

const quick = process.argv.includes('--quick');
const onNewerNode = process.argv.includes('--newer-node');
const QUICK = ['unit', 'integration'];
const WITHOUT_SERVERS = [...QUICK, 'e2e', 'faults'];
const onCi = !['', 'false', '0'].includes(process.env.CI ?? '');
const bin = (...path) => join(root, 'node_modules', ...path);
const GATES = [
  ['types', bin('typescript', 'bin', 'tsc'), ['--noEmit']],
  ['lint', bin('eslint', 'bin', 'eslint.js'), ['.', '--max-warnings=0']],
  ['rooms', bin('dependency-cruiser', 'bin', 'dependency-cruise.mjs'), ['src', '--config', '.dependency-cruiser.mjs']],
];

const JEST = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', bin('jest', 'bin', 'jest.js')];
// A failed test may leave a loop behind, which must not keep the run from ending.
const JEST_OPTIONS = ['--maxWorkers=2', '--forceExit'];

requireNode();
passSignalsOn();
let exitCode = 1;
try {
  await install();
  exitCode = report(quick || onNewerNode ? [await runJest(QUICK, { program: onNewerNode ? await newerNode() : undefined })] : await runAll());
} catch (error) {
  process.stdout.write(`${error.message}\n0 passed, 1 failed\n`);
  if (error instanceof Interrupted) exitCode = error.exitCode;
}
// Servers that are still on their way up go with this process; nobody waits for them.
process.exit(exitCode);

async function runAll() {
  const servers = beginServers(process.env);
  await build();
  for (const [name, program, args] of GATES) await gate(name, program, args);
  const newer = await timed(`Node ${NEWER_NODE}`, newerNode);
  const { variables, reason } = await timed('servers', () => servers.ready);
  const runs = [reason === undefined ? await runWithServers(servers, variables) : await runWithoutServers(reason)];
  // What the container runs on is not the Node that everything else was just run on.
  return newer === process.execPath ? runs : [...runs, await runJest(QUICK, { program: newer })];
}

async function runWithServers(servers, variables) {
  try {
    return await runJest([...WITHOUT_SERVERS, 'servers'], { variables });
  } finally {
    await servers.stop();
  }
}

async function runWithoutServers(reason) {
  const note = `not run: ${countServerSpecs()} spec files that need Kafka and Cassandra: ${reason}`;
  if (onCi) throw new Error(note);
  return { ...(await runJest(WITHOUT_SERVERS)), note };
}

/** The exit code, after what was not run and the figures of all runs as the last line. */
function report(runs) {
  for (const { note } of runs) if (note) process.stdout.write(`${note}\n`);
  process.stdout.write(`${addUp(runs.map(({ figures }) => figures))}\n`);
  return runs.find(({ status }) => status !== 0)?.status ?? 0;
}

async function gate(name, program, args) {
  await timed(name, async () => {
    const { status, output } = await runNode([program, ...args]);
    if (status !== 0) throw new Error(output);
  });
}

async function timed(name, work) {
  const started = performance.now();
  const line = (word) => process.stdout.write(`${word} ${name} (${((performance.now() - started) / 1_000).toFixed(1)} s)\n`);
  try {
    const result = await work();
    line('ok  ');
    return result;
  } catch (error) {
    line('FAIL');
    throw error;
  }
}

/** Its exit code and its figures. A jest that ended without figures is a failure of its own. */
async function runJest(projects, { variables = {}, program } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'userstream-summary-'));
  const summary = join(folder, 'line');
  try {
    const env = { ...process.env, ...variables, USERSTREAM_TEST_SUMMARY: summary };
    const { status, signal } = await runNode([...JEST, '--selectProjects', ...projects, ...JEST_OPTIONS], { env, program, shown: true });
    if (!existsSync(summary)) throw new Error(`jest ended without a result (${signal ?? `exit code ${status}`})`);
    return { status: status ?? 1, figures: readFileSync(summary, 'utf8') };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
