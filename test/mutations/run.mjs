/**
 * `npm run test:mutations [-- part-of-a-name …]`: breaks the code in one small way after another, in a copy, and shows
 * that the quick tests notice. A breakage that nobody notices, or whose text is no longer in the file, fails the run.
 */
import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { MUTATIONS } from './mutations.mjs';

const root = join(import.meta.dirname, '..', '..');
const COPIED = ['src', 'test', 'scripts', 'package.json', 'tsconfig.json', 'jest.config.mjs', '.swcrc', '.env.example', 'README.md'];
const LIMIT_MS = 180_000;
const wanted = process.argv.slice(2);
const queue = MUTATIONS.filter(({ name }) => wanted.length === 0 || wanted.some((part) => name.includes(part)));
const total = queue.length;
const unnoticed = [];
let noticed = 0;

await Promise.all(Array.from({ length: Math.min(2, availableParallelism()) }, worker));
process.stdout.write(`\n${noticed} of ${total} breakages noticed\n`);
for (const { name, problem } of unnoticed) process.stdout.write(`  ${name}: ${problem}\n`);
process.exitCode = noticed === total && total > 0 ? 0 : 1;

/** Works in a copy of its own, so that two breakages never meet and the working tree is never touched. */
async function worker() {
  const copy = mkdtempSync(join(tmpdir(), 'userstream-mutations-'));
  try {
    for (const path of COPIED) cpSync(join(root, path), join(copy, path), { recursive: true });
    symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
    for (let mutation = queue.shift(); mutation !== undefined; mutation = queue.shift()) await tryOne(copy, mutation);
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

async function tryOne(copy, mutation) {
  const file = join(copy, mutation.file);
  const original = readFileSync(join(root, mutation.file), 'utf8');
  const occurrences = original.split(mutation.find).length - 1;
  if (occurrences !== 1) return report(mutation, `its text is ${occurrences} times in ${mutation.file}: mend the list`, 0);
  writeFileSync(file, original.replace(mutation.find, () => mutation.replace));
  const started = performance.now();
  const status = await quickTests(copy, mutation.file);
  writeFileSync(file, original);
  report(mutation, status === 0 ? 'no quick test noticed' : null, performance.now() - started);
}

/** The quick tests that reach the file, until the first one fails. */
function quickTests(copy, file) {
  const args = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', join('node_modules', 'jest', 'bin', 'jest.js')];
  args.push('--selectProjects', 'unit', 'integration', '--bail', '--maxWorkers=1', '--reporters=default', '--findRelatedTests', file);
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, { cwd: copy, stdio: 'ignore' });
    const timer = setTimeout(() => child.kill('SIGKILL'), LIMIT_MS);
    child.once('exit', (code) => {
      clearTimeout(timer);
      resolve(code ?? 1);
    });
  });
}

function report(mutation, problem, tookMs) {
  if (problem === null) noticed += 1;
  else unnoticed.push({ name: mutation.name, problem });
  process.stdout.write(`${problem === null ? 'noticed  ' : 'UNNOTICED'} ${mutation.name}${problem === null ? ` (${(tookMs / 1_000).toFixed(0)} s)` : `: ${problem}`}\n`);
}
