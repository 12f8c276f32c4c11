/**
 * `npm test`: installs, builds, type-checks, lints, checks the import rules and runs every test; `--quick` runs the
 * unit and embedded ones alone. The last line is `N passed, N failed`, from jest's own result; a gate that fails ends
 * the run and counts as one failure.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { build, install, requireNode, root } from './lib/prepare.mjs';

const quick = process.argv.includes('--quick');
const bin = (...path) => join(root, 'node_modules', ...path);
const GATES = [
  ['types', bin('typescript', 'bin', 'tsc'), ['--noEmit']],
  ['lint', bin('eslint', 'bin', 'eslint.js'), ['.', '--max-warnings=0']],
  ['rooms', bin('dependency-cruiser', 'bin', 'dependency-cruise.mjs'), ['src', '--config', '.dependency-cruiser.mjs']],
];

requireNode();
await install();
if (!quick) {
  await build();
  for (const [name, program, args] of GATES) gate(name, program, args);
}
const projects = quick ? ['unit', 'integration'] : ['unit', 'integration', 'e2e', 'faults'];
const jest = spawnSync(
  process.execPath,
  ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', bin('jest', 'bin', 'jest.js'), '--selectProjects', ...projects, '--maxWorkers=2'],
  { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] },
);
process.exitCode = jest.status ?? 1;

function gate(name, program, args) {
  const started = performance.now();
  const result = spawnSync(process.execPath, [program, ...args], { cwd: root, encoding: 'utf8' });
  const seconds = ((performance.now() - started) / 1_000).toFixed(1);
  process.stdout.write(`${result.status === 0 ? 'ok  ' : 'FAIL'} ${name} (${seconds} s)\n`);
  if (result.status === 0) return;
  process.stdout.write(`${result.stdout}${result.stderr}\n0 passed, 1 failed\n`);
  process.exit(1);
}
