import { join } from 'node:path';
import { Worker } from 'node:worker_threads';

const WORKER = join(import.meta.dirname, 'table-watch.worker.mjs');

/**
 * Sees the rows of a table from outside, through a connection of its own: a row that another process can read has been
 * synced, because SQLite publishes a transaction after its sync. It looks every half millisecond, in a thread.
 */
export class TableWatch {
  #worker;
  #seen = new Map();

  constructor(dataDir) {
    this.#worker = new Worker(WORKER, { workerData: join(dataDir, 'table.db') });
    this.#worker.on('message', ({ emails, at }) => {
      for (const email of emails) this.#seen.set(email, at);
    });
  }

  /** By email, when a row was first seen: nanoseconds of the system's monotonic clock. */
  get seen() {
    return this.#seen;
  }

  async close() {
    await this.#worker.terminate();
  }
}
