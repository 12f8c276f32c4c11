import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { root } from '../../lib/prepare.mjs';
import { cpuSeconds, openFiles, peakResidentMb, residentMb } from './proc.mjs';

const MAIN = join(root, 'dist', 'main.js');
const UP_WITHIN_MS = 60_000;
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
    const printed = () => {
      this.mustRun();
      return /"url":"(http:[^"]+)"/.exec(this.#output)?.[1];
    };
    return until(printed, UP_WITHIN_MS, () => this.#complaint('does not listen'));
  }

  /** Resolves when every component is up and every partition is held: what comes next is not slowed by the start. */
  async ready() {
    const url = await this.url();
    await until(async () => (await fetch(`${url}/health/ready`)).ok, UP_WITHIN_MS, () => this.#complaint('is not ready'));
  }

  async get(path) {
    return (await this.#ask(path, {})).json();
  }

  /** The figures of `/metrics`, as text. */
  async metrics() {
    return (await this.#ask('/metrics', {})).text();
  }

  async post(path, body = {}) {
    const response = await this.#ask(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
    return response.json();
  }

  /** Null where the system does not say; so are the next three. */
  residentMb() {
    return residentMb(this.#child.pid);
  }

  peakResidentMb() {
    return peakResidentMb(this.#child.pid);
  }

  openFiles() {
    return openFiles(this.#child.pid);
  }

  cpuSeconds() {
    return cpuSeconds(this.#child.pid);
  }

  /** @throws Error - the process has ended by itself. */
  mustRun() {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) throw new Error(this.#complaint('has ended by itself'));
  }

  async stop() {
    this.mustRun();
    const ended = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#child.kill('SIGTERM');
    const code = await Promise.race([ended, sleep(STOPPED_WITHIN_MS, 'time up', { ref: false })]);
    if (code !== 0) throw new Error(this.#complaint(`did not stop well (${code})`));
  }

  async #ask(path, options) {
    const response = await fetch(`${await this.url()}${path}`, { signal: AbortSignal.timeout(10_000), ...options });
    if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
    return response;
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
