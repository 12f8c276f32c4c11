import { Logger } from '@nestjs/common';
import { describeUserRepository, type ImpossibleRow, type TableTraits } from '../contracts/user-repository.contract.js';
import { aReceivedUserCreated } from '../support/builders.js';
import { CassandraKeyspace, CassandraTable } from '../support/cassandra-table.js';

Logger.overrideLogger(false);

const impossible: ImpossibleRow[] = [
  { because: 'more bytes than a row may have', reason: 'row.too-large', event: aReceivedUserCreated({ fields: { first_name: 'é'.repeat(600_000), last_name: 'L', email: 'e' } }) },
  { because: 'an id that is no UUID', reason: 'row.wrong-type', event: aReceivedUserCreated({ userId: '42' }) },
  { because: 'a field that is no text', reason: 'row.wrong-type', event: aReceivedUserCreated({ fields: { first_name: 7 as unknown as string, last_name: 'L', email: 'e' } }) },
  { because: 'text that has no UTF-8', reason: 'row.wrong-type', event: aReceivedUserCreated({ fields: { first_name: 'A\ud800', last_name: 'L', email: 'e' } }) },
  { because: 'a time that is no number of microseconds', reason: 'row.wrong-type', event: aReceivedUserCreated({ timeMicros: Number.NaN }) },
  { because: 'a column without a value', reason: 'row.constraint', event: aReceivedUserCreated({ fields: { first_name: 'A', last_name: 'L' } }) },
];
const byId: TableTraits = { identity: { kind: 'id' }, emailIndex: true, impossible };

let keyspace: CassandraKeyspace;
beforeAll(async () => {
  keyspace = await CassandraKeyspace.make();
});
afterAll(() => keyspace.drop());

describeUserRepository('Cassandra, a table of its own', byId, () => CassandraTable.open(keyspace, keyspace.newName()));

describeUserRepository("Cassandra, somebody's table with an id and three fields", { ...byId, emailIndex: false }, () =>
  existing('id uuid PRIMARY KEY, first_name text, last_name text, email text'),
);

describeUserRepository("Cassandra, somebody's table with the key (last_name, email)", {
  identity: { kind: 'key', columns: ['last_name', 'email'] },
  emailIndex: false,
  impossible: [...impossible, { because: 'a key that is longer than Cassandra takes', reason: 'row.too-large', event: aReceivedUserCreated({ fields: { first_name: 'A', last_name: 'L'.repeat(70_000), email: 'e' } }) }],
}, () => existing('first_name text, last_name text, email text, PRIMARY KEY (last_name, email)'));

async function existing(columns: string): Promise<CassandraTable> {
  const table = keyspace.newName();
  await keyspace.cql(`CREATE TABLE %t (${columns})`, [], table);
  return CassandraTable.open(keyspace, table);
}
