import cassandra from 'cassandra-driver';
import { SystemClock } from '../../../src/adapters/clock-system/system-clock.js';
import { CassandraUserRepository } from '../../../src/adapters/user-repository-cassandra/cassandra-user-repository.js';
import { isOpen, optionsFor } from '../../support/cassandra-table.js';
import { realCassandra } from '../../support/real-servers.js';
import { FIELDS, type WholeTable } from './whole-table.js';

const TABLE = 'created_users';

/** A column with the microsecond of its last writing: that of `stored_at` is compared, though its value is not. */
export function cassandraTable(keyspace: string): WholeTable {
  const { contactPoint, localDataCenter } = realCassandra();
  const client = new cassandra.Client({ contactPoints: [contactPoint], localDataCenter, queryOptions: { fetchSize: 5_000 }, socketOptions: { readTimeout: 60_000 } });
  const opened: CassandraUserRepository[] = [];
  const namesOf = async () => (await client.execute('SELECT column_name FROM system_schema.columns WHERE keyspace_name = ? AND table_name = ?', [keyspace, TABLE], { prepare: true })).rows.map((row) => String(row['column_name']));
  return {
    async columns() {
      const names = await namesOf();
      const times = names.filter((name) => name !== 'id').map((name) => `writetime(${name}) AS ${name}_written`);
      const rows = new Map<string, Readonly<Record<string, unknown>>>();
      for await (const row of await client.execute(`SELECT ${[...names, ...times].join(', ')} FROM ${keyspace}.${TABLE}`, [], { prepare: true })) {
        const cells = row.keys().filter((name) => name !== 'stored_at').map((name) => [name, textOf(row.get(name) as Parameters<typeof textOf>[0])] as const);
        rows.set(String(row['id']), Object.fromEntries(cells));
      }
      return rows;
    },
    async openRepository() {
      const repository = new CassandraUserRepository(optionsFor({ name: keyspace }, TABLE, contactPoint, { fields: FIELDS }), new SystemClock());
      opened.push(repository);
      await isOpen(repository);
      return repository;
    },
    async close() {
      await Promise.all(opened.splice(0).map((repository) => repository.onApplicationShutdown()));
      await client.shutdown();
    },
  };
}

/** The driver's numbers, times and ids are objects of its own. */
function textOf(value: { toString(): string } | null | undefined): string | null {
  if (value === null || value === undefined) return null;
  return value instanceof Date ? value.toISOString() : String(value);
}
