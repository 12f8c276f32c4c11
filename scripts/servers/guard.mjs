/** What a process started must not outlive it, however that process ends: by itself, by a signal, by kill -9. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Runs a line of shell when this process is gone, with `args` as $1, $2 and so on, unless it is released before.
 * It reads from a pipe whose other end only this process holds: a line releases it, an end without one says that this
 * process is no more. No handler for signals or exits could see a kill -9.
 *
 * @returns {() => void} releases it
 */
export function whenThisProcessIsGone(script, ...args) {
  // A group of its own: Ctrl-C in the terminal must not take it along.
  const guard = spawn('sh', ['-c', `read -r line && exit 0\n${script}`, 'guard', ...args], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
  guard.stdin.on('error', () => undefined);
  guard.unref();
  guard.stdin.unref();
  return () => guard.stdin.end('released\n');
}

/** A folder that is gone when `remove` is called or this process is no more. */
export function temporaryFolder(prefix) {
  const path = mkdtempSync(join(tmpdir(), prefix));
  // Those who write to it are being killed at the same moment.
  const release = whenThisProcessIsGone('sleep 1; rm -rf -- "$1" || { sleep 2; rm -rf -- "$1"; }', path);
  return {
    path,
    remove() {
      rmSync(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
      release();
    },
  };
}
