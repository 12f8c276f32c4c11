/**
 * The bare loop of the append: the same bytes (key, value, headers as JSON) into a table with the log's columns, full
 * sync, a transaction a batch. Nothing else: no partitions, no offsets, no positions. Prints the measurement.
 */
import { join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import { outgoingEvents } from '../lib/events.mjs';
import { publishLoop } from '../lib/publish-loop.mjs';

const { log: { dataDir }, count, warmUp, batch } = JSON.parse(process.argv[2]);
const rows = (await outgoingEvents(0, warmUp + count)).map(({ key, value, headers }) => ({ key: Buffer.from(key), value, headers: JSON.stringify(headers) }));
const database = new DatabaseSync(join(dataDir, 'bare.db'));
database.exec(`
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = FULL;
  CREATE TABLE events (id INTEGER PRIMARY KEY, timestamp INTEGER NOT NULL, key BLOB, value BLOB NOT NULL, headers TEXT NOT NULL) STRICT;
`);
const insert = database.prepare('INSERT INTO events (id, timestamp, key, value, headers) VALUES (?, ?, ?, ?, ?)');
let id = 0;

function append(some) {
  database.exec('BEGIN IMMEDIATE');
  const now = Date.now();
  for (const { key, value, headers } of some) insert.run((id += 1), now, key, value, headers);
  database.exec('COMMIT');
}

const measured = await publishLoop({ warmUp, batch }, rows, append);
database.close();
console.log(JSON.stringify(measured));
