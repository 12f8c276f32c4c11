import { existsSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { DatabaseSync } from '@photostructure/sqlite';

const EVERY_MS = 0.5;
const bed = new Int32Array(new SharedArrayBuffer(4));
const sleep = () => Atomics.wait(bed, 0, 0, EVERY_MS);

/** Only once the app has made it: whoever opens a file of SQLite too early gets in the way of its making. */
while (!existsSync(`${workerData}-wal`)) sleep();
const database = new DatabaseSync(workerData, { readOnly: true, timeout: 200 });

function prepare() {
  try {
    return database.prepare('SELECT rowid, email FROM created_users WHERE rowid > ? ORDER BY rowid');
  } catch {
    return undefined;
  }
}

let read;
while ((read ??= prepare()) === undefined) sleep();
read.setReturnArrays(true);
const version = database.prepare('PRAGMA data_version');
version.setReturnArrays(true);
for (let [after, before] = [0, -1]; ; sleep()) {
  const [now] = version.get();
  if (now === before) continue;
  const rows = read.all(after);
  const at = process.hrtime.bigint();
  before = now;
  if (rows.length === 0) continue;
  after = rows.at(-1)[0];
  parentPort.postMessage({ emails: rows.map(([, email]) => email), at });
}
