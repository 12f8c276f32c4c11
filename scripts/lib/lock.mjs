/** One process at a time, across processes. Node only: this runs before anything is installed. */
import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What is kept between runs; git ignores it. */
export const cache = join(import.meta.dirname, '..', '..', '.cache');
/** A claim on a dead process's lock is kept for an instant; an older one is of a claimer that was killed in it. */
const LONGEST_CLAIM_MS = 10_000;

/** One process at a time, by a folder that only one can make; a folder whose maker is dead is taken away. */
export async function underLock(name, work) {
  mkdirSync(cache, { recursive: true });
  const lock = join(cache, `${name}.lock`);
  for (let waited = false; !tryLock(lock); waited = true) {
    if (!waited) say(`Another process is at it (${name}): waiting …`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  try {
    return await work();
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

/** The file's text, or an empty one where there is none. */
export function readText(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') return '';
    throw error;
  }
}

export function say(text) {
  process.stderr.write(`${text}\n`);
}
