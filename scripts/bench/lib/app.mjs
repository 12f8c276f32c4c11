import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { root } from '../../lib/prepare.mjs';

const MAIN = join(root, 'dist', 'main.js');
/** USER_HZ, which is 100 on every Linux. */
const TICKS_PER_SECOND = 100;
const UP_WITHIN_MS = 20_000;
const STOPPED_WITHIN_MS = 15_000;

/** A process of the built app on one data folder. `flags` go to Node, such as `--cpu-prof`. */
export class App {
  #child;
  #output = '';

  constructor(workplace, environment, flags = []) {
    this.startedAt = process.hrtime.bigint();
    this.#child = workplace.node([...flags, MAIN], { environment: { HTTP_PORT: '0', LOG_FORMAT: 'json', ...environment }, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [this.#child.stdout, this.#child.stderr]) stream.on('data', (chunk) => (this.#output += chunk));
  }

  /** The address that it listens on, once it does. */
  url() {
    return until(() => /"url":"(http:[^"]+)"/.exec(this.#output)?.[1], UP_WITHIN_MS, () => this.#complaint('does not listen'));
  }

  /** Resolves when every component is up and every partition is held: what comes next is not slowed by the start. */
  async ready() {
    const url = await this.url();
    await until(async () => (await fetch(`${url}/health/ready`)).ok, UP_WITHIN_MS, () => this.#complaint('is not ready'));
  }

  async get(path) {
    return this.#json(path, {});
  }

  async post(path, body = {}) {
    return this.#json(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
  }

  /** What the process takes of the machine's memory now, in MB. Null where the system has no /proc. */
  residentMb() {
    try {
      const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${this.#child.pid}/status`, 'utf8'))?.[1];
      return kilobytes === undefined ? null : Number(kilobytes) / 1_024;
    } catch {
      return null;
    }
  }

  /** The processor time that the process has used, all threads, in seconds (in steps of 10 ms). Null where the system has no /proc. */
  cpuSeconds() {
    try {
      const fields = readFileSync(`/proc/${this.#child.pid}/stat`, 'utf8').replace(/^.*\) /, '').split(' ');
      return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
    } catch {
      return null;
    }
  }

  async stop() {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) throw new Error(this.#complaint('has ended by itself'));
    const ended = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#child.kill('SIGTERM');
    const code = await Promise.race([ended, sleep(STOPPED_WITHIN_MS, 'time up', { ref: false })]);
    if (code !== 0) throw new Error(this.#complaint(`did not stop well (${code})`));
  }

  async #json(path, options) {
    const response = await fetch(`${await this.url()}${path}`, { signal: AbortSignal.timeout(10_000), ...options });
    if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
    return response.json();
  }

  #complaint(what) {
    return `the app ${what}; it said:\n${this.#output}`;
  }
}

/** The first value of `look` that is neither undefined nor false; looks every `everyMs`. */
export async function until(look, withinMs, complaint, everyMs = 10) {
  for (const end = performance.now() + withinMs; ; await sleep(everyMs)) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (performance.now() > end) throw new Error(complaint());
  }
}
