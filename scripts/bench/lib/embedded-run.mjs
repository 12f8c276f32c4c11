import { join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import { until } from './app.mjs';
import { PARTITIONS } from './embedded-log.mjs';
import { Fleet, pauseProcessing } from './fleet.mjs';
import { HttpLoad } from './http-load.mjs';
import { stopwatchOf } from './stopwatch.mjs';

const BATCH = 500;
const GROUP = 'userstream';
const DONE_WITHIN_MS = 300_000;
const LOOK_EVERY_MS = 10;

/** A data folder with `events` events on the log and none handled, and ways to bring copies of it into the table. */
export class EmbeddedRun {
  #workplace;
  #from;
  #events;
  #before;
  #flags;

  constructor(workplace, { from, events, before = 0, flags }) {
    this.#workplace = workplace;
    this.#from = from;
    this.#events = events;
    this.#before = before;
    this.#flags = flags;
  }

  /** The folder to start from: processing is paused on it. */
  static async folder(workplace, events) {
    const dataDir = workplace.folder();
    await pauseProcessing(workplace, { DATA_DIR: dataDir });
    await workplace.loop('fill-log', { dataDir, count: events });
    return dataDir;
  }

  /**
   * From the request to resume up to the commit of the last position; the processes have started before. With `http`,
   * they are asked meanwhile, and it takes what the requests met.
   */
  async app(instances, http = null) {
    const dataDir = this.#workplace.folder(this.#from);
    const fleet = new Fleet(this.#workplace, instances, { DATA_DIR: dataDir }, this.#flags);
    await fleet.paused(PARTITIONS);
    const log = new DatabaseSync(join(dataDir, 'log.db'), { readOnly: true, timeout: 1_000 });
    const handled = log.prepare('SELECT total(stored) AS stored, total(dead) AS dead FROM group_partitions WHERE group_name = ?');
    const load = http === null ? null : new HttpLoad(await fleet.url());
    const stop = stopwatchOf(fleet);
    await fleet.resume();
    await until(() => handled.get(GROUP).stored >= this.#events, DONE_WITHIN_MS, () => `only ${JSON.stringify(handled.get(GROUP))} of ${this.#events} events were stored`, LOOK_EVERY_MS);
    const measured = stop(this.#events);
    const met = await load?.stop();
    for (const name of Object.keys(met ?? {})) http[name].push(...met[name]);
    log.close();
    await fleet.stop();
    this.#end(dataDir);
    return measured;
  }

  async bare() {
    const dataDir = this.#workplace.folder(this.#from);
    const measured = await this.#workplace.loop('log-to-table-bare', { dataDir, batch: BATCH });
    this.#end(dataDir);
    return measured;
  }

  /** A rate is worth nothing if a row is missing. */
  #end(dataDir) {
    const table = new DatabaseSync(join(dataDir, 'table.db'), { readOnly: true });
    const { rows } = table.prepare('SELECT count(*) AS rows FROM created_users').get();
    table.close();
    if (rows !== this.#before + this.#events) throw new Error(`the table has ${rows} rows instead of ${this.#before + this.#events}`);
    this.#workplace.remove(dataDir);
  }
}
