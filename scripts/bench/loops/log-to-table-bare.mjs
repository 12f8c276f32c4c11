/**
 * The bare loop from the log to the table: the least code that does the same work with the same driver on the same
 * files. A batch of each partition is read and parsed, upserted by id with newest-wins in one transaction, and the
 * positions follow in another. No framework, no checks, nobody else served. Prints the measurement.
 */
import { join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import { stopwatch } from '../lib/stopwatch.mjs';

const { dataDir, batch } = JSON.parse(process.argv[2]);
const PRAGMAS = 'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL';
/** As the app tunes its table, so that the ratio is of the code alone. */
const TABLE_PRAGMAS = `${PRAGMAS}; PRAGMA cache_size = -32768; PRAGMA wal_autocheckpoint = 8000`;
const GROUP = 'bare';

const log = new DatabaseSync(join(dataDir, 'log.db'));
const table = new DatabaseSync(join(dataDir, 'table.db'));
log.exec(PRAGMAS);
table.exec(TABLE_PRAGMAS);
const partitions = log.prepare("SELECT p.id, p.number FROM partitions p JOIN topics t ON t.id = p.topic_id WHERE t.name = 'users_created' ORDER BY p.number").all();
for (const { id } of partitions) log.prepare('INSERT INTO group_partitions (group_name, partition_id, committed, began, stored, dead, skipped) VALUES (?, ?, 0, 0, 0, 0, 0)').run(GROUP, id);
const read = log.prepare('SELECT id, value, headers FROM events WHERE id >= ? AND id < ? ORDER BY id LIMIT ?');
read.setReturnArrays(true);
const commit = log.prepare('UPDATE group_partitions SET committed = ?, stored = ? WHERE group_name = ? AND partition_id = ?');
const upsert = table.prepare(`
  INSERT INTO created_users (id, first_name, last_name, email, created_at, src_partition, src_offset, stored_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT (id) DO UPDATE SET first_name = excluded.first_name, last_name = excluded.last_name, email = excluded.email,
    created_at = excluded.created_at, src_partition = excluded.src_partition, src_offset = excluded.src_offset, stored_at = excluded.stored_at
  WHERE (excluded.created_at, excluded.src_partition, excluded.src_offset) >= (created_at, src_partition, src_offset)`);

const cursors = partitions.map(({ id, number }) => ({ partition: id, number, base: id * 2 ** 40, next: 0 }));

/** The next rows of a partition, and its cursor moved past them. */
function take(cursor) {
  const rows = read.all(cursor.base + cursor.next, cursor.base + 2 ** 40, batch).map(([id, value, headers]) => {
    const fields = JSON.parse(Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString());
    const { ce_subject: subject, ce_time: time } = JSON.parse(headers);
    const micros = Date.parse(`${time.slice(0, 23)}Z`) * 1_000 + Number(time.slice(23, 26));
    return { id: subject, fields, micros, partition: cursor.number, offset: id - cursor.base };
  });
  cursor.next += rows.length;
  return rows;
}

const stop = stopwatch();
let stored = 0;
for (;;) {
  const rows = cursors.flatMap(take);
  if (rows.length === 0) break;
  rows.sort((a, b) => (a.id < b.id ? -1 : 1));
  const now = Date.now();
  table.exec('BEGIN IMMEDIATE');
  for (const { id, fields, micros, partition, offset } of rows) upsert.run(id, fields.first_name, fields.last_name, fields.email, micros, partition, offset, now);
  table.exec('COMMIT');
  log.exec('BEGIN IMMEDIATE');
  for (const { partition, next } of cursors) commit.run(next, next, GROUP, partition);
  log.exec('COMMIT');
  stored += rows.length;
}
const measured = stop(stored);
log.close();
table.close();
console.log(JSON.stringify(measured));
