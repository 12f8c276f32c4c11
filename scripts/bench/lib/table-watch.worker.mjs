import { existsSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { DatabaseSync } from '@photostructure/sqlite';

const EVERY_MS = 0.5;
const { path, bed } = workerData;
const sleep = () => Atomics.wait(bed, 0, 0, EVERY_MS);
const isTold = () => Atomics.load(bed, 0) !== 0;

/** Only once the app has made it: whoever opens a file of SQLite too early gets in the way of its making. */
while (!existsSync(`${path}-wal`) && !isTold()) sleep();
if (!isTold()) watch(new DatabaseSync(path, { readOnly: true, timeout: 200 }));

function watch(database) {
  const read = prepared(database);
  if (read === undefined) return;
  read.setReturnArrays(true);
  const version = database.prepare('PRAGMA data_version');
  version.setReturnArrays(true);
  for (let [after, before] = [0, -1]; !isTold(); sleep()) {
    const [now] = version.get();
    if (now === before) continue;
    const rows = read.all(after);
    const at = process.hrtime.bigint();
    before = now;
    if (rows.length === 0) continue;
    after = rows.at(-1)[0];
    parentPort.postMessage({ emails: rows.map(([, email]) => email), at });
  }
  database.close();
}

/** Undefined if it was told to end before there was a table. */
function prepared(database) {
  for (; !isTold(); sleep()) {
    try {
      return database.prepare('SELECT rowid, email FROM created_users WHERE rowid > ? ORDER BY rowid');
    } catch {
      // Not made yet.
    }
  }
  return undefined;
}
