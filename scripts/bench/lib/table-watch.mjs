import { once } from 'node:events';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';

const WORKER = join(import.meta.dirname, 'table-watch.worker.mjs');

/**
 * Sees the rows of a table from outside, through a connection of its own: a row that another process can read has been
 * synced, because SQLite publishes a transaction after its sync. It looks every half millisecond, in a thread.
 */
export class TableWatch {
  #worker;
  /** 0 while it is to look; the thread sleeps on it. */
  #bed = new Int32Array(new SharedArrayBuffer(4));
  #seen = new Map();

  constructor(dataDir) {
    this.#worker = new Worker(WORKER, { workerData: { path: join(dataDir, 'table.db'), bed: this.#bed } });
    this.#worker.on('message', ({ emails, at }) => {
      for (const email of emails) this.#seen.set(email, at);
    });
  }

  /** By email, when a row was first seen: nanoseconds of the system's monotonic clock. */
  get seen() {
    return this.#seen;
  }

  /** The thread ends by itself: ended from outside in the midst of a call, the driver takes the whole process down. */
  async close() {
    const exit = once(this.#worker, 'exit');
    Atomics.store(this.#bed, 0, 1);
    Atomics.notify(this.#bed, 0);
    await exit;
  }
}
