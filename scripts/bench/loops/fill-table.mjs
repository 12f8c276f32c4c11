/** Puts `count` other people into a folder's table, in the order of chance, as they would have come. */
import { join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import { person } from '../lib/events.mjs';

const { dataDir, count } = JSON.parse(process.argv[2]);
const PIECE = 20_000;
const database = new DatabaseSync(join(dataDir, 'table.db'));
const insert = database.prepare(
  'INSERT INTO created_users (id, first_name, last_name, email, created_at, src_partition, src_offset, stored_at) VALUES (?, ?, ?, ?, 0, 0, ?, 0)',
);
for (let from = 0; from < count; from += PIECE) {
  const people = Array.from({ length: Math.min(PIECE, count - from) }, (_, index) => person(from + index)).sort((a, b) => (a.id < b.id ? -1 : 1));
  database.exec('BEGIN IMMEDIATE');
  for (const { id, fields } of people) insert.run(id, fields.first_name, fields.last_name, `before.${fields.email}`, from);
  database.exec('COMMIT');
}
database.close();
console.log(JSON.stringify({ count }));
