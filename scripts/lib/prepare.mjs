/** Brings a clone to where it can run: packages from the lock file, the build of today's sources. Node only: nothing is installed yet. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { readText, say, underLock } from './lock.mjs';

export const root = join(import.meta.dirname, '..', '..');
const BUILD_INPUTS = ['src', 'nest-cli.json', 'tsconfig.json', 'tsconfig.build.json', '.swcrc', 'package-lock.json'];
const LEAST_NODE = [20, 19];

export function requireNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > LEAST_NODE[0] || (major === LEAST_NODE[0] && minor >= LEAST_NODE[1])) return;
  process.stderr.write(`Userstream needs Node ${LEAST_NODE.join('.')} or later; this is ${process.versions.node}.\n`);
  process.exit(2);
}

/** Installs and builds; ends the process in a sentence when that fails. */
export async function prepare() {
  requireNode();
  try {
    await install();
    await build();
  } catch (error) {
    if (!(error instanceof CommandFailed)) throw error;
    say(error.message);
    process.exit(1);
  }
}

/** Installs what the lock file names, unless exactly that is installed. */
export async function install() {
  const wanted = hashOf(['package-lock.json']);
  const stamp = join(root, 'node_modules', '.userstream-lock');
  if (readText(stamp) === wanted) return;
  await underLock('install', () => {
    if (readText(stamp) === wanted) return;
    say('Installing packages …');
    run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error']);
    writeFileSync(stamp, wanted);
  });
}

/** Builds dist/, unless it was built from exactly these sources. */
export async function build() {
  const wanted = hashOf(BUILD_INPUTS);
  const stamp = join(root, 'dist', '.userstream-sources');
  if (readText(stamp) === wanted) return;
  await underLock('build', () => {
    if (readText(stamp) === wanted) return;
    say('Building …');
    run(process.execPath, [join(root, 'node_modules', '@nestjs', 'cli', 'bin', 'nest.js'), 'build'], { quiet: true });
    writeFileSync(stamp, wanted);
  });
}

/** A command of this repository failed; what it said is on stderr. */
export class CommandFailed extends Error {}

/**
 * Runs a command of this repository. A quiet one is heard only when it fails.
 * @throws CommandFailed
 */
function run(command, args, { quiet = false } = {}) {
  const output = quiet ? 'pipe' : 2;
  const result = spawnSync(command, args, { cwd: root, stdio: ['ignore', output, output] });
  if (result.status === 0) return;
  process.stderr.write(`${result.stdout ?? ''}${result.stderr ?? ''}`);
  throw new CommandFailed(`${command} ${args.join(' ')} failed${result.error === undefined ? '' : `: ${result.error.message}`}`);
}

function hashOf(paths) {
  const hash = createHash('sha256');
  for (const path of paths) for (const file of filesOf(join(root, path))) hash.update(relative(root, file)).update('\0').update(readFileSync(file)).update('\0');
  return hash.digest('hex');
}

function filesOf(path) {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}
