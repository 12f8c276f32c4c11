import { setTimeout as sleep } from 'node:timers/promises';

const PER_SECOND = 10;
const PATHS = ['/api/v1/users?limit=50', '/api/v1/status', '/health/ready', '/api/v1/users?email=person.7@example.com'];

/** Asks an app at a modest, steady rate, whether the answer before has come or not, until it is told to stop. */
export class HttpLoad {
  #stopped = false;
  #durations = [];
  #failures = [];
  #asking = [];
  #loop;

  constructor(url) {
    this.#loop = this.#run(url);
  }

  /** The durations of the requests that were answered well, in milliseconds up to the last byte, and what became of the others. */
  async stop() {
    this.#stopped = true;
    await this.#loop;
    await Promise.all(this.#asking);
    return { durations: this.#durations, failures: this.#failures };
  }

  async #run(url) {
    const started = performance.now();
    for (let count = 0; !this.#stopped; count += 1) {
      this.#asking.push(this.#ask(`${url}${PATHS[count % PATHS.length]}`));
      await sleep(started + ((count + 1) * 1_000) / PER_SECOND - performance.now());
    }
  }

  async #ask(address) {
    const asked = performance.now();
    try {
      const response = await fetch(address, { signal: AbortSignal.timeout(10_000) });
      await response.arrayBuffer();
      if (response.ok) this.#durations.push(performance.now() - asked);
      else this.#failures.push(`${address} answered ${response.status}`);
    } catch (error) {
      this.#failures.push(`${address}: ${error.cause?.message ?? error.message} after ${(performance.now() - asked).toFixed(0)} ms`);
    }
  }
}
