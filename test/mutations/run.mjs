/**
 * `npm run test:mutations [-- part-of-a-name …]`: breaks the code in one small way after another, in a copy, and shows
 * which quick test notices. A breakage that no test notices, or whose text is no longer in the file, fails the run.
 */
import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { MUTATIONS } from './mutations.mjs';

const root = join(import.meta.dirname, '..', '..');
const COPIED = ['src', 'test', 'scripts', 'package.json', 'package-lock.json', 'nest-cli.json', 'tsconfig.json', 'tsconfig.build.json', 'jest.config.mjs', '.swcrc', '.env.example', 'README.md', 'docs', 'Dockerfile', 'compose.yaml', '.dockerignore', '.gitignore', 'LICENSE'];
/** The fast ones first: most breakages are noticed there. */
const SIZES = ['unit', 'integration'];
const LIMIT_MS = 300_000;
const LONGEST_TITLE = 200;
/** A test that waits for what a breakage has made impossible need not wait long. */
const TEST_LIMIT_MS = 20_000;

const folder = mkdtempSync(join(tmpdir(), 'userstream-mutations-'));
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));

const wanted = process.argv.slice(2);
const chosen = MUTATIONS.filter(({ name }) => wanted.length === 0 || wanted.some((part) => name.includes(part)));
const queue = [...chosen];
const problems = [];
const copies = Array.from({ length: Math.min(2, availableParallelism()) }, (_, number) => copyTo(join(folder, String(number))));

if (await passUnbroken(copies[0])) {
  await Promise.all(copies.map(worker));
  process.stdout.write(`\n${chosen.length - problems.length} of ${chosen.length} breakages noticed\n${problems.map((line) => `  ${line}\n`).join('')}`);
  process.exitCode = problems.length === 0 && chosen.length > 0 ? 0 : 1;
} else {
  process.exitCode = 1;
}

/** All copies are made at the start: what is edited meanwhile breaks nothing here. */
function copyTo(copy) {
  for (const path of COPIED) cpSync(join(root, path), join(copy, path), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  return copy;
}

/** Tests that fail anyway would notice every breakage. */
async function passUnbroken(copy) {
  const files = [...new Set(chosen.map(({ file }) => file))];
  for (const size of SIZES) {
    const { passed, tests, failure } = await quickTests(copy, size, related(files), { workers: copies.length });
    if (!passed) {
      process.stdout.write(`the ${size} tests fail although nothing is broken: ${failure}\n`);
      return false;
    }
    process.stdout.write(`${tests} ${size} tests reach the code to be broken, and pass\n`);
  }
  return true;
}

async function worker(copy) {
  for (let mutation = queue.shift(); mutation !== undefined; mutation = queue.shift()) {
    const started = performance.now();
    const { problem, noticedBy } = await tryOne(copy, mutation);
    if (problem !== undefined) problems.push(`${mutation.name}: ${problem}`);
    const seconds = ((performance.now() - started) / 1_000).toFixed(0);
    process.stdout.write(problem === undefined ? `noticed   ${mutation.name} (${seconds} s)\n            ${noticedBy}\n` : `UNNOTICED ${mutation.name} (${seconds} s): ${problem}\n`);
  }
}

async function tryOne(copy, { file, find, replace }) {
  const path = join(copy, file);
  const original = readFileSync(path, 'utf8');
  const occurrences = original.split(find).length - 1;
  if (occurrences !== 1) return { problem: `its text is ${occurrences} times in ${file}: mend the list` };
  writeFileSync(path, original.replace(find, () => replace));
  try {
    for (const size of SIZES) {
      const { passed, broken, failure, spec } = await quickTests(copy, size, related([file]), { file });
      if (broken) return { problem: failure };
      if (!passed && (await failsAgain(copy, size, spec))) return { noticedBy: failure.split('\n', 1)[0].slice(0, LONGEST_TITLE) };
      if (!passed) return { problem: `noticed by chance: ${failure}` };
    }
    return { problem: 'no quick test noticed' };
  } finally {
    writeFileSync(path, original);
  }
}

/** A test that fails now and then notices nothing. */
async function failsAgain(copy, size, spec) {
  const { passed } = await quickTests(copy, size, ['--runTestsByPath', spec]);
  return !passed;
}

function related(files) {
  return ['--findRelatedTests', ...files];
}

/**
 * Runs tests of a size, those nearest to `file` first, until one fails; says which, and in which spec. `broken` is a run
 * that says nothing: code that does not load, or that never ends.
 */
async function quickTests(copy, size, which, { file = '', workers = 1 } = {}) {
  const report = join(copy, 'report.json');
  rmSync(report, { force: true });
  const sequencer = join(copy, 'test', 'mutations', 'nearest-first.mjs');
  const reporter = join(copy, 'test', 'mutations', 'report.mjs');
  const limits = ['--bail', '--passWithNoTests', `--maxWorkers=${workers}`, `--testTimeout=${TEST_LIMIT_MS}`];
  const code = await jest(copy, file, ['--selectProjects', size, ...limits, `--testSequencer=${sequencer}`, `--reporters=${reporter}`, ...which]);
  if (code === null) return { passed: false, broken: true, failure: `the tests did not end within ${LIMIT_MS / 1_000} s` };
  if (!existsSync(report)) return { passed: code === 0, broken: code !== 0, tests: 0, failure: `jest ended with ${code}` };
  const { tests, suites } = JSON.parse(readFileSync(report, 'utf8'));
  const noticing = suites.find(({ failed }) => failed.length > 0);
  const unloaded = suites.find((suite) => suite.unloaded !== null)?.unloaded;
  return { passed: code === 0, broken: code !== 0 && noticing === undefined, tests, failure: noticing?.failed[0] ?? unloaded ?? `jest ended with ${code}`, spec: noticing?.path };
}

/** The exit code; null for a run that had to be ended. */
function jest(copy, broken, options) {
  const program = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', join('node_modules', 'jest', 'bin', 'jest.js')];
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [...program, ...options], { cwd: copy, stdio: 'ignore', env: { ...process.env, BROKEN_FILE: broken } });
    const timer = setTimeout(() => child.kill('SIGKILL'), LIMIT_MS);
    child.once('exit', (code) => {
      clearTimeout(timer);
      resolve(code);
    });
  });
}
