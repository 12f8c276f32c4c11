import { Logger } from '@nestjs/common';
import { CassandraUserRepositoryProbe } from '../../../src/adapters/user-repository-cassandra/cassandra-user-repository.probe.js';
import { CassandraUserRepository } from '../../../src/adapters/user-repository-cassandra/cassandra-user-repository.js';
import { SystemClock } from '../../../src/adapters/clock-system/system-clock.js';
import { CORE_FIELDS } from '../../../src/domain/user.js';
import { RepositoryUnavailableError } from '../../../src/ports/user-repository.port.js';
import { aReceivedUserCreated } from '../../support/builders.js';
import { CassandraKeyspace, CassandraTable } from '../../support/cassandra-table.js';
import { eventually } from '../../support/eventually.js';

Logger.overrideLogger(false);

const TUTORIAL_FIELDS = ['id', 'first_name', 'last_name', 'gender', 'address', 'post_code', 'email', 'username', 'dob', 'registered_date', 'phone', 'picture'];

let keyspace: CassandraKeyspace;
beforeAll(async () => {
  keyspace = await CassandraKeyspace.make();
});
afterAll(() => keyspace.drop());

describe('a table that exists', () => {
  let table: CassandraTable | undefined;
  let name: string;
  const probe = (repository: CassandraUserRepository) => new CassandraUserRepositoryProbe(repository, new SystemClock()).check();
  /** All that Cassandra knows of a table: what must not change. */
  const definition = () =>
    Promise.all(['tables', 'columns', 'indexes', 'dropped_columns'].map((of) => keyspace.cql(`SELECT * FROM system_schema.${of} WHERE keyspace_name = ? AND table_name = ?`, [keyspace.name, name])));
  const make = async (columns: string) => {
    name = keyspace.newName();
    await keyspace.cql(`CREATE TABLE %t (${columns})`, [], name);
  };
  const open = async (fields: readonly string[] = CORE_FIELDS) => {
    table = await CassandraTable.open(keyspace, name, { fields });
    return table.repository;
  };
  afterEach(async () => {
    await table?.close();
    table = undefined;
  });

  it('of the old stack is used by its key, unaltered, with a warning that namesakes share a row', async () => {
    await make('first_name text, last_name text, email text, PRIMARY KEY (last_name, email)');
    const before = await definition();
    const repository = await open();
    const event = aReceivedUserCreated();
    await repository.saveAll([event]);

    const stored = await repository.find({ last_name: event.user.fields['last_name'] ?? '', email: event.user.fields['email'] ?? '' });
    expect(stored).toEqual({ id: null, fields: event.user.fields, createdAtMicros: null, partition: null, offset: null, storedAtMs: null });
    expect(await probe(repository)).toMatchObject({ status: 'degraded', code: 'repository.namesakes-share-a-row', reason: expect.stringContaining('last_name, email') as string, suggestion: expect.stringContaining('CASSANDRA_TABLE') as string });
    expect(await definition()).toEqual(before);
  });

  it('of the copied tutorial takes twelve fields, loses no column, and has no further row after a second pass', async () => {
    await make('id UUID PRIMARY KEY, first_name TEXT, last_name TEXT, gender TEXT, address TEXT, post_code TEXT, email TEXT, username TEXT, registered_date TEXT, phone TEXT, picture TEXT');
    const repository = await open(TUTORIAL_FIELDS);
    const { id: _id, ...fields } = Object.fromEntries(TUTORIAL_FIELDS.map((field) => [field, `some ${field}`]));
    const events = Array.from({ length: 20 }, (_, offset) => aReceivedUserCreated({ fields, offset }));

    for (let pass = 0; pass < 2; pass += 1) await repository.saveAll(events);

    const rows = await keyspace.cql('SELECT * FROM %t', [], name);
    expect(rows.map((row) => String(row.get('id'))).sort()).toEqual(events.map(({ user }) => user.id).sort());
    const { dob: _dob, ...kept } = fields;
    for (const row of rows) expect({ ...row, id: undefined }).toEqual({ ...kept, id: undefined });
    expect(await probe(repository)).toMatchObject({ status: 'degraded', code: 'repository.columns-missing', suggestion: expect.stringContaining(`ALTER TABLE "${keyspace.name}"."${name}" ADD ("dob" text)`) as string });
  });

  it('gets a column that was added as the warning says', async () => {
    await make('id uuid PRIMARY KEY, first_name text, last_name text, email text');
    const { suggestion } = await probe(await open([...CORE_FIELDS, 'phone', 'Post Code'.replace(' ', '')]));
    await keyspace.cql((suggestion ?? '').split(';')[0] ?? '');
    const repository = await table?.openAnother();
    if (repository === undefined) throw new Error('no table');
    const event = aReceivedUserCreated({ fields: { first_name: 'A', last_name: 'L', email: 'a@example.com', phone: '+44', PostCode: 'SW1' } });
    await repository.saveAll([event]);
    expect((await repository.find({ id: event.user.id }))?.fields).toEqual(event.user.fields);
    expect(await probe(repository)).toMatchObject({ status: 'up' });
  });

  it.each([
    ['a key that no event has', 'country text PRIMARY KEY, first_name text', /"country", a column of its key, is none of the fields/],
    ['an id of another type', 'id int PRIMARY KEY, email text', /"id", a column of its key, is of the type int/],
    ['a key of another type', 'last_name int, email text, PRIMARY KEY (last_name, email)', /"last_name", a column of its key, is of the type int/],
  ])('with %s is a named reason not to be ready, and no event is lost', async (_what, columns, reason) => {
    await make(columns);
    const repository = new CassandraUserRepository(await optionsOf(name), new SystemClock());
    try {
      await eventually(async () => expect(await probe(repository)).toMatchObject({ status: 'down', code: 'repository.table-unusable', reason: expect.stringMatching(reason) as string, suggestion: expect.stringContaining('CASSANDRA_TABLE') as string }));
      await expect(repository.saveAll([aReceivedUserCreated()])).rejects.toBeInstanceOf(RepositoryUnavailableError);
      expect(() => repository.identity).toThrow(reason);
    } finally {
      await repository.onApplicationShutdown();
    }
  });

  it('with ids of text and names that need quotes works as well', async () => {
    name = 'Weird_TABLE';
    await keyspace.cql(`CREATE TABLE ${keyspace.name}."Weird_TABLE" (id text PRIMARY KEY, first_name text, last_name text, email text, "From" text)`);
    const repository = await open([...CORE_FIELDS, 'From']);
    const event = aReceivedUserCreated({ fields: { first_name: 'A', last_name: 'L', email: 'a@example.com', From: 'here' } });
    await repository.saveAll([event]);
    expect(await repository.find({ id: event.user.id })).toMatchObject({ id: event.user.id, fields: event.user.fields });
  });

  it('with columns of other types keeps what is in them', async () => {
    await make('id uuid PRIMARY KEY, first_name text, last_name text, email text, created_at text, gender text, age int');
    const repository = await open();
    const event = aReceivedUserCreated();
    await keyspace.cql('INSERT INTO %t (id, created_at, gender, age) VALUES (?, ?, ?, ?) USING TIMESTAMP 1', [event.user.id, 'long ago', 'f', 36], name);
    await repository.saveAll([event]);
    const [row] = await keyspace.cql('SELECT created_at, gender, age FROM %t', [], name);
    expect(row).toMatchObject({ created_at: 'long ago', gender: 'f', age: 36 });
    expect(await probe(repository)).toMatchObject({ status: 'degraded', code: 'repository.columns-of-other-type', reason: expect.stringContaining('created_at (text)') as string });
  });

  it('that is indexed by a secondary index, or has the address as its key, answers for an address', async () => {
    const event = aReceivedUserCreated();
    const email = event.user.fields['email'] ?? '';
    await make('id uuid PRIMARY KEY, first_name text, last_name text, email text');
    await keyspace.cql('CREATE INDEX ON %t (email)', [], name);
    const indexed = await open();
    await indexed.saveAll([event]);
    expect((await indexed.findByEmail(email, { cursor: null, limit: 10 })).items).toHaveLength(1);
    await table?.close();

    await make('email text PRIMARY KEY, first_name text, last_name text');
    const keyed = await open();
    await keyed.saveAll([event]);
    expect((await keyed.findByEmail(email, { cursor: null, limit: 10 })).items).toHaveLength(1);
  });

  it('whose index compares without regard to case answers with exactly that address', async () => {
    await make('id uuid PRIMARY KEY, first_name text, last_name text, email text');
    await keyspace.cql(`CREATE INDEX ON %t (email) USING 'sai' WITH OPTIONS = {'case_sensitive': 'false'}`, [], name);
    const repository = await open();
    const people = ['ada@example.com', 'ADA@example.com', 'Ada@example.com', 'ada@example.com'].map((email, offset) => aReceivedUserCreated({ fields: { first_name: String(offset), last_name: 'L', email } }));
    await repository.saveAll(people);
    const found: (string | undefined)[] = [];
    for (let cursor: string | null = null, first = true; first || cursor !== null; first = false) {
      const page: Awaited<ReturnType<typeof repository.findByEmail>> = await repository.findByEmail('ada@example.com', { cursor, limit: 1 });
      found.push(...page.items.map(({ fields }) => fields['first_name']));
      cursor = page.next;
    }
    expect(found.sort()).toEqual(['0', '3']);
  });

  it('is looked at anew once it was dropped, and made where it is missing', async () => {
    name = keyspace.newName();
    const repository = await open();
    const event = aReceivedUserCreated();
    await repository.saveAll([event]);
    await keyspace.cql('DROP TABLE %t', [], name);

    await expect(repository.saveAll([event])).rejects.toBeInstanceOf(RepositoryUnavailableError);
    await eventually(() => repository.saveAll([event]));
    expect((await repository.find({ id: event.user.id }))?.fields).toEqual(event.user.fields);
  });

  it('is looked at anew once it has lost a column', async () => {
    await make('id uuid PRIMARY KEY, first_name text, last_name text, email text');
    const repository = await open();
    await keyspace.cql('ALTER TABLE %t DROP first_name', [], name);
    const event = aReceivedUserCreated();
    await eventually(() => repository.saveAll([event]));
    expect((await repository.find({ id: event.user.id }))?.fields).not.toHaveProperty('first_name');
    expect(await probe(repository)).toMatchObject({ status: 'degraded', code: 'repository.columns-missing' });
  });

  async function optionsOf(existing: string) {
    table = await CassandraTable.open(keyspace, keyspace.newName());
    return { ...table.options, table: existing };
  }
});

describe('a table that is missing', () => {
  it('is made whole, with the further fields and an index on email, by whichever process is first', async () => {
    const name = keyspace.newName();
    const tables = await Promise.all(Array.from({ length: 4 }, () => CassandraTable.open(keyspace, name, { fields: [...CORE_FIELDS, 'phone'] })));
    try {
      const events = tables.map(() => aReceivedUserCreated());
      await Promise.all(tables.map(({ repository }, index) => repository.saveAll(events.slice(index, index + 1))));
      for (const { repository } of tables) {
        expect((await repository.findAll(events.map(({ user }) => ({ id: user.id })))).map((row) => row?.id)).toEqual(events.map(({ user }) => user.id));
        expect((await repository.findByEmail(events[0]?.user.fields['email'] ?? '', { cursor: null, limit: 10 })).items).toHaveLength(1);
      }
      const columns = await keyspace.cql('SELECT column_name, type, kind FROM system_schema.columns WHERE keyspace_name = ? AND table_name = ?', [keyspace.name, name]);
      expect(Object.fromEntries(columns.map((row) => [row.get('column_name'), row.get('type')]))).toEqual({
        id: 'uuid', first_name: 'text', last_name: 'text', email: 'text', phone: 'text', created_at: 'timestamp', src_partition: 'int', src_offset: 'bigint', stored_at: 'timestamp',
      });
    } finally {
      await Promise.all(tables.map((table) => table.close()));
    }
  });

  it('is made with its keyspace, as often replicated as there are nodes', async () => {
    const missing = `${keyspace.name}_new`;
    const table = await CassandraTable.open({ name: missing }, 'people', { emailIndex: 'none' });
    try {
      const [row] = await keyspace.cql('SELECT replication FROM system_schema.keyspaces WHERE keyspace_name = ?', [missing]);
      expect(row?.get('replication')).toEqual({ class: 'org.apache.cassandra.locator.NetworkTopologyStrategy', [table.options.localDataCenter]: '1' });
      expect(await keyspace.cql('SELECT index_name FROM system_schema.indexes WHERE keyspace_name = ?', [missing])).toEqual([]);
      await expect(table.repository.findByEmail('a@example.com', { cursor: null, limit: 1 })).rejects.toMatchObject({ code: 'repository.query-not-supported', remedy: expect.stringContaining(`CREATE INDEX ON "${missing}"."people"`) as string });
    } finally {
      await table.close();
      await keyspace.cql(`DROP KEYSPACE ${missing}`);
    }
  });

  it('gets its index from the next process if the one that made it died in between', async () => {
    const name = keyspace.newName();
    const made = await CassandraTable.open(keyspace, name);
    await made.close();
    await keyspace.cql(`DROP INDEX ${keyspace.name}.${name}_email`);

    const table = await CassandraTable.open(keyspace, name);
    await expect(table.repository.findByEmail('a@example.com', { cursor: null, limit: 1 })).resolves.toEqual({ items: [], next: null });
    await table.close();
  });
});
