/** Brings a clone to where it can run: packages from the lock file, the build of today's sources. Node only: nothing is installed yet. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';

export const root = join(import.meta.dirname, '..', '..');
const cache = join(root, '.cache');
const BUILD_INPUTS = ['src', 'nest-cli.json', 'tsconfig.json', 'tsconfig.build.json', '.swcrc', 'package-lock.json'];
const OLDEST_LOCK_MS = 10 * 60_000;
const LEAST_NODE = [20, 19];

export function requireNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > LEAST_NODE[0] || (major === LEAST_NODE[0] && minor >= LEAST_NODE[1])) return;
  process.stderr.write(`Userstream needs Node ${LEAST_NODE.join('.')} or later; this is ${process.versions.node}.\n`);
  process.exit(2);
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

/** Runs a command of this repository; ends the process when it fails. A quiet one is heard only then. */
function run(command, args, { quiet = false } = {}) {
  const output = quiet ? 'pipe' : 2;
  const result = spawnSync(command, args, { cwd: root, stdio: ['ignore', output, output] });
  if (result.status === 0) return;
  process.stderr.write(`${result.stdout ?? ''}${result.stderr ?? ''}${command} ${args.join(' ')} failed${result.error === undefined ? '' : `: ${result.error.message}`}\n`);
  process.exit(1);
}

/** One process at a time, by a folder that only one can make; a folder whose maker is dead or too old is taken over. */
async function underLock(name, work) {
  mkdirSync(cache, { recursive: true });
  const lock = join(cache, `${name}.lock`);
  for (let waited = false; !tryLock(lock); waited = true) {
    if (!waited) say(`Another process is at it (${name}): waiting …`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  try {
    work();
  } finally {
    rmSync(lock, { recursive: true, force: true });
  }
}

function tryLock(lock) {
  try {
    mkdirSync(lock);
    writeFileSync(join(lock, 'pid'), String(process.pid));
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    if (isStale(lock)) rmSync(lock, { recursive: true, force: true });
    return false;
  }
}

function isStale(lock) {
  const age = existsSync(lock) ? Date.now() - statSync(lock).mtimeMs : 0;
  const pid = Number(readText(join(lock, 'pid')));
  if (age > OLDEST_LOCK_MS) return true;
  return pid > 0 && !isAlive(pid);
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
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

function readText(path) {
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}

function say(text) {
  process.stderr.write(`${text}\n`);
}
