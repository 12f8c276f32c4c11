import { once } from 'node:events';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';

const WORKER = join(import.meta.dirname, 'row-watch.worker.mjs');

/**
 * Sees rows of a Cassandra table from outside: from the moment that an id is awaited, a thread with a connection of its
 * own reads it by its key, at LOCAL_QUORUM, one look right after the other. A row is seen when the answer with it has
 * come; so a figure is too large by up to the time of two looks, and never too small.
 */
export class RowWatch {
  #worker;
  #seen = new Map();
  #lookMs = [];

  /** @param {{ contactPoint: string, localDataCenter: string, keyspace: string, table: string }} where */
  constructor(where) {
    this.#worker = new Worker(WORKER, { workerData: where });
    this.#worker.on('message', ({ id, at, lookMs }) => {
      if (id === undefined) return;
      this.#seen.set(id, at);
      this.#lookMs.push(lookMs);
    });
  }

  /** Resolves when it is connected: from then on a look takes what a look takes. */
  async ready() {
    await once(this.#worker, 'message');
  }

  await(id) {
    this.#worker.postMessage(id);
  }

  /** By id, when its row was first seen: nanoseconds of the system's monotonic clock. */
  get seen() {
    return this.#seen;
  }

  /** How long the looks took that saw a row, in milliseconds. */
  get lookMs() {
    return this.#lookMs;
  }

  async close() {
    const exit = once(this.#worker, 'exit');
    this.#worker.postMessage(null);
    await exit;
  }
}
