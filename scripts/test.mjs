/**
 * `npm test`: installs, builds, type-checks, lints, checks the import rules and runs every test; `--quick` runs the
 * unit and embedded ones alone. The last line is `N passed, N failed`, from jest's own result; whatever
 * fails before jest has one, be it the install, the build or a gate, ends the run and counts as one failure.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build, install, requireNode, root } from './lib/prepare.mjs';

const quick = process.argv.includes('--quick');
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
try {
  await install();
  if (!quick) {
    await build();
    for (const [name, program, args] of GATES) gate(name, program, args);
  }
  process.exitCode = runJest(quick ? ['unit', 'integration'] : ['unit', 'integration', 'e2e', 'faults']);
} catch (error) {
  process.stdout.write(`${error.message}\n0 passed, 1 failed\n`);
  process.exitCode = 1;
}

function gate(name, program, args) {
  const started = performance.now();
  const result = spawnSync(process.execPath, [program, ...args], { cwd: root, encoding: 'utf8' });
  const seconds = ((performance.now() - started) / 1_000).toFixed(1);
  process.stdout.write(`${result.status === 0 ? 'ok  ' : 'FAIL'} ${name} (${seconds} s)\n`);
  if (result.status !== 0) throw new Error(`${result.stdout}${result.stderr}`);
}

/** Its exit code, after its figures as the last line. A jest that ended without figures is a failure of its own. */
function runJest(projects) {
  const folder = mkdtempSync(join(tmpdir(), 'userstream-summary-'));
  const summary = join(folder, 'line');
  try {
    const env = { ...process.env, USERSTREAM_TEST_SUMMARY: summary };
    const { status, signal } = spawnSync(process.execPath, [...JEST, '--selectProjects', ...projects, ...JEST_OPTIONS], { cwd: root, env, stdio: ['ignore', 'inherit', 'inherit'] });
    if (!existsSync(summary)) throw new Error(`jest ended without a result (${signal ?? `exit code ${status}`})`);
    process.stdout.write(readFileSync(summary, 'utf8'));
    return status ?? 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
