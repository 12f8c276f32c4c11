/**
 * The bare loop of the append: the same bytes (key, value, headers as JSON) into a table with the log's columns, full
 * sync, a transaction a batch. Nothing else: no partitions, no offsets, no positions. Prints the measurement.
 */
import { join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import { outgoingEvents } from '../lib/events.mjs';
import { stopwatch } from '../lib/stopwatch.mjs';

const { dataDir, count, warmUp, batch } = JSON.parse(process.argv[2]);
const rows = (await outgoingEvents(0, warmUp + count)).map(({ key, value, headers }) => ({ key: Buffer.from(key), value, headers: JSON.stringify(headers) }));
const database = new DatabaseSync(join(dataDir, 'bare.db'));
database.exec(`
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = FULL;
  CREATE TABLE events (id INTEGER PRIMARY KEY, timestamp INTEGER NOT NULL, key BLOB, value BLOB NOT NULL, headers TEXT NOT NULL) STRICT;
`);
const insert = database.prepare('INSERT INTO events (id, timestamp, key, value, headers) VALUES (?, ?, ?, ?, ?)');

function append(from, to) {
  for (let at = from; at < to; at += batch) {
    database.exec('BEGIN IMMEDIATE');
    const now = Date.now();
    for (let id = at; id < Math.min(at + batch, to); id += 1) insert.run(id, now, rows[id].key, rows[id].value, rows[id].headers);
    database.exec('COMMIT');
  }
}

append(0, warmUp);
const stop = stopwatch();
append(warmUp, warmUp + count);
const measured = stop(count);
database.close();
console.log(JSON.stringify(measured));
