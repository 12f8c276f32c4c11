/** Brings a clone to where it can run: packages from the lock file, the build of today's sources. Node only: nothing is installed yet. */
import { spawnSync } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';

export const root = join(import.meta.dirname, '..', '..');
const cache = join(root, '.cache');
const BUILD_INPUTS = ['src', 'nest-cli.json', 'tsconfig.json', 'tsconfig.build.json', '.swcrc', 'package-lock.json'];
/** A claim on a dead process's lock is kept for an instant; an older one is of a claimer that was killed in it. */
const LONGEST_CLAIM_MS = 10_000;
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

/** One process at a time, by a folder that only one can make; a folder whose maker is dead is taken away. */
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
    release(lock);
  }
}

/** The folder comes into being with its maker's pid in it: none is ever seen without. */
function tryLock(lock) {
  if (existsSync(join(lock, 'pid'))) {
    if (isAbandoned(lock)) takeAway(lock);
    return false;
  }
  const made = `${lock}.${randomUUID()}`;
  mkdirSync(made);
  writeFileSync(join(made, 'pid'), String(process.pid));
  try {
    renameSync(made, lock);
    return true;
  } catch (error) {
    rmSync(made, { recursive: true, force: true });
    if (['ENOTEMPTY', 'EEXIST', 'EPERM'].includes(error.code)) return false;
    throw error;
  }
}

/** A lock is its maker's for as long as the maker lives, however long its work takes. */
function isAbandoned(lock) {
  const pid = Number(readText(join(lock, 'pid')));
  return pid > 0 && !isAlive(pid);
}

/** Takes away a lock that was seen abandoned: whoever makes the claim in it judges again, since it may be another lock by now. */
function takeAway(lock) {
  const claim = join(lock, 'claim');
  try {
    mkdirSync(claim);
  } catch (error) {
    if (error.code === 'EEXIST' && isOlder(claim, LONGEST_CLAIM_MS)) rmSync(claim, { recursive: true, force: true });
    if (error.code === 'EEXIST' || error.code === 'ENOENT') return;
    throw error;
  }
  if (isAbandoned(lock)) release(lock);
  else rmSync(claim, { recursive: true, force: true });
}

/** Away in one step: while a folder is being emptied it could pass for nobody's. */
function release(lock) {
  const aside = `${lock}.${randomUUID()}`;
  renameSync(lock, aside);
  rmSync(aside, { recursive: true, force: true });
}

function isOlder(path, ageMs) {
  const found = statSync(path, { throwIfNoEntry: false });
  return found !== undefined && Date.now() - found.mtimeMs > ageMs;
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
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') return '';
    throw error;
  }
}

function say(text) {
  process.stderr.write(`${text}\n`);
}
