import { App, until } from './app.mjs';

const JOINED_WITHIN_MS = 60_000;

/** Processes of the app that share one group's partitions, measured as one. The first of them has the role admin. */
export class Fleet {
  #apps;

  constructor(workplace, instances, environment, flags) {
    this.#apps = Array.from({ length: instances }, (_, index) => new App(workplace, { ...environment, ROLES: index === 0 ? 'processing,admin' : 'processing' }, flags));
  }

  url() {
    return this.#apps[0].url();
  }

  /** Resolves when they hold all partitions between them, each its share, and all are paused: what comes next is work alone. */
  async paused(partitions) {
    await Promise.all(this.#apps.map((app) => app.url()));
    const isPausedWithAll = async () => {
      this.mustRun();
      const { instances } = await this.#apps[0].get('/api/v1/status');
      const held = instances.filter(({ processing }) => processing?.state === 'paused').map(({ processing }) => processing.partitions.length);
      return held.length === this.#apps.length && held.every((count) => count > 0) && sum(held) === partitions;
    };
    await until(isPausedWithAll, JOINED_WITHIN_MS, () => 'the app did not take its partitions', 50);
  }

  resume() {
    return this.#apps[0].post('/api/v1/processing/resume');
  }

  mustRun() {
    for (const app of this.#apps) app.mustRun();
  }

  /** Of all of them; null where the system does not say. */
  cpuSeconds() {
    return sumOrNull(this.#apps.map((app) => app.cpuSeconds()));
  }

  /** The same. */
  peakResidentMb() {
    return sumOrNull(this.#apps.map((app) => app.peakResidentMb()));
  }

  async stop() {
    for (const app of this.#apps) await app.stop();
  }
}

/** Pauses processing as an operator would, by a process of the app that does not process, since one that does would have begun. */
export async function pauseProcessing(workplace, environment) {
  const app = new App(workplace, { ...environment, ROLES: 'admin' });
  await app.ready();
  await app.post('/api/v1/processing/pause', { reason: 'the benchmark has not begun' });
  await app.stop();
}

const sum = (numbers) => numbers.reduce((total, number) => total + number, 0);
const sumOrNull = (numbers) => (numbers.includes(null) ? null : sum(numbers));
