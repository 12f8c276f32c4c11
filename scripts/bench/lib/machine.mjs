import { spawnSync } from 'node:child_process';
import { cpus, loadavg, release, totalmem, type } from 'node:os';
import { root } from '../../lib/prepare.mjs';

/** What the figures were taken on, and of which code. */
export function machine() {
  return {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memoryMb: Math.round(totalmem() / 2 ** 20),
    system: `${type()} ${release()}`,
    node: process.versions.node,
    date: new Date().toISOString(),
    loadBefore: loadavg()[0],
    ...code(),
  };
}

/** The commit, and whether what was measured differs from it; nulls where there is no git. */
function code() {
  const git = (...args) => spawnSync('git', args, { cwd: root, encoding: 'utf8' });
  const { status, stdout } = git('rev-parse', 'HEAD');
  if (status !== 0) return { commit: null, changed: null };
  return { commit: stdout.trim(), changed: git('status', '--porcelain', '--', 'src', 'scripts', 'package-lock.json').stdout !== '' };
}
