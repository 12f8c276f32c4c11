import { cpus, loadavg, release, totalmem, type } from 'node:os';

/** What the figures were taken on. */
export function machine() {
  return {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memoryMb: Math.round(totalmem() / 2 ** 20),
    system: `${type()} ${release()}`,
    node: process.versions.node,
    date: new Date().toISOString(),
    loadBefore: loadavg()[0],
  };
}
