import { randomUUID } from 'node:crypto';
import { Logger } from '@nestjs/common';
import { CORE_FIELDS } from '../../../src/domain/user.js';
import { aReceivedUserCreated, SOME_TIME_MICROS } from '../../support/builders.js';
import { CassandraKeyspace, CassandraTable } from '../../support/cassandra-table.js';

Logger.overrideLogger(false);

const FIELDS = [...CORE_FIELDS, 'phone', 'city'];
const userId = randomUUID();

let keyspace: CassandraKeyspace;
let table: CassandraTable;
let name: string;
beforeAll(async () => {
  keyspace = await CassandraKeyspace.make();
});
afterAll(() => keyspace.drop());
beforeEach(async () => {
  name = keyspace.newName();
  table = await CassandraTable.open(keyspace, name, { fields: FIELDS, emailIndex: 'none' });
});
afterEach(() => table.close());

/** An event of one person, told by its values. */
function event(values: string, { time = 0, ...given }: { time?: number; partition?: number; offset?: number; phone?: string; runId?: string } = {}) {
  const { phone, ...place } = given;
  const fields = { first_name: `${values} first`, last_name: `${values} last`, email: `${values}@example.com`, city: `${values} city`, ...(phone === undefined ? {} : { phone }) };
  return aReceivedUserCreated({ userId, fields, timeMicros: SOME_TIME_MICROS + time, ...place });
}
const read = async () => table.repository.find({ id: userId });
const shows = async (expected: ReturnType<typeof event>) =>
  expect(await read()).toMatchObject({ fields: expected.user.fields, createdAtMicros: expected.timeMicros, partition: expected.partition, offset: expected.offset });

describe('the write timestamp', () => {
  it('is the event time, in every column', async () => {
    await table.repository.saveAll([event('a', { phone: '1' })]);
    const columns = ['first_name', 'last_name', 'email', 'city', 'phone', 'created_at', 'src_partition', 'src_offset', 'stored_at'];
    const [row] = await keyspace.cql(`SELECT ${columns.map((column) => `writetime(${column}) AS ${column}`).join(', ')} FROM %t`, [], name);
    expect(columns.map((column) => String(row?.get(column)))).toEqual(columns.map(() => String(SOME_TIME_MICROS)));
  });

  it('lets a replay in another process change nothing, older events and all', async () => {
    const newest = event('newest', { time: 9, offset: 9, phone: '9' });
    await table.repository.saveAll([event('old', { time: 1, phone: '1' }), newest]);
    const before = await read();

    for (let pass = 0; pass < 3; pass += 1) {
      const repository = await table.reopen();
      await repository.saveAll([event('old', { time: 1, phone: '1' })]);
      await repository.saveAll([event('older', { time: 0, phone: '0' }), newest]);
    }

    expect({ ...(await read()), storedAtMs: 0 }).toEqual({ ...before, storedAtMs: 0 });
  });

  it('leaves alone what somebody has changed by hand since', async () => {
    await table.repository.saveAll([event('a')]);
    await keyspace.cql(`UPDATE %t SET city = 'by hand' WHERE id = ${userId}`, [], name);
    await (await table.reopen()).saveAll([event('a'), event('b', { time: 1 })]);
    expect((await read())?.fields).toEqual({ ...event('b').user.fields, city: 'by hand' });
  });
});

/** Greater and smaller values in turn, so that Cassandra's own rule, the greater value of each column, gives a mixture. */
const one = event('x', { partition: 1, offset: 5 });
const two = { ...event('y', { partition: 1, offset: 6 }), user: { id: userId, fields: { ...event('a').user.fields, email: 'z@example.com', city: 'y city' } } };

describe('two events of one time', () => {
  it.each([
    ['in order', [one, two]],
    ['the other way round', [two, one]],
    ['again and again', [one, two, one, two, two, one]],
  ])('leave the row of the one whose position is greater, saved %s, each by another process', async (_how, events) => {
    for (const each of events) await (await table.reopen()).saveAll([each]);
    await shows(two);
  });

  it('leave the row of the one whose position is greater, saved at once', async () => {
    await Promise.all([two, one, two, one].map((each) => table.repository.saveAll([each])));
    await shows(two);
  });

  it('do not stand in the way of an event of the microsecond after, whichever comes first', async () => {
    const next = event('m', { time: 1, partition: 0, offset: 1 });
    for (const each of [one, two, next, two, one]) await (await table.reopen()).saveAll([each]);
    await shows(next);
    for (const each of [next, one, two]) await (await table.reopen()).saveAll([each]);
    await shows(next);
  });

  it('of which the later was published twice, leave its second position', async () => {
    const again = { ...two, offset: 12 };
    for (const each of [two, one, again, two]) await (await table.reopen()).saveAll([each]);
    await shows(again);
  });

  it('are not mixed in a table that keeps no positions, and told apart in the order of the log or by one process', async () => {
    const plain = keyspace.newName();
    await keyspace.cql('CREATE TABLE %t (id uuid PRIMARY KEY, first_name text, last_name text, email text)', [], plain);
    const other = await CassandraTable.open(keyspace, plain);
    const fieldsOf = async () => (await other.repository.find({ id: userId }))?.fields;
    const core = ({ user }: typeof one) => Object.fromEntries(CORE_FIELDS.map((field) => [field, user.fields[field]]));
    try {
      await other.repository.saveAll([one]);
      for (const each of [two, one, two]) {
        await (await other.reopen()).saveAll([each]);
        expect(await fieldsOf()).toEqual(core(two));
      }
      await keyspace.cql('TRUNCATE %t', [], plain);
      for (const each of [two, one]) await other.repository.saveAll([each]);
      expect(await fieldsOf()).toEqual(core(two));
    } finally {
      await other.close();
    }
  });
});

describe('a field that an event does not have', () => {
  it('is left unset: no tombstone is written', async () => {
    const events = Array.from({ length: 30 }, () => aReceivedUserCreated({ runId: randomUUID() }));
    await table.repository.saveAll([...events, ...Array.from({ length: 30 }, () => aReceivedUserCreated())]);
    expect(await tombstones()).toBe(0);
  });

  it('is cleared where an older event had it, in whichever process, and does not come back', async () => {
    const older = event('old', { phone: '1' });
    const newer = event('new', { time: 1 });
    for (const each of [older, newer, older]) await (await table.reopen()).saveAll([each]);
    expect((await read())?.fields).toEqual(newer.user.fields);
    expect(await tombstones()).toBe(1);
  });

  /** Cell tombstones that a reading of the whole table meets, as the server counts them. */
  async function tombstones(): Promise<number> {
    const { info } = await keyspace.client.execute(`SELECT * FROM ${keyspace.name}.${name}`, [], { traceQuery: true });
    const { events } = await keyspace.client.metadata.getTrace(info.traceId);
    const said = events.map(({ activity }) => /and (\d+) tombstone cells/.exec(String(activity))?.[1]).filter((count) => count !== undefined);
    expect(said).not.toEqual([]);
    return said.reduce((sum, count) => sum + Number(count), 0);
  }
});

describe('a row that the server refuses', () => {
  it('is found among its neighbours, which are stored, and an older event of its key takes its place', async () => {
    const indexed = keyspace.newName();
    await keyspace.cql('CREATE TABLE %t (id uuid PRIMARY KEY, first_name text, last_name text, email text)', [], indexed);
    // A secondary index takes values of up to 64 KiB.
    await keyspace.cql('CREATE INDEX ON %t (email)', [], indexed);
    const other = await CassandraTable.open(keyspace, indexed);
    try {
      const good = Array.from({ length: 200 }, () => aReceivedUserCreated({ runId: randomUUID() }));
      const bad = aReceivedUserCreated({ fields: { first_name: 'A', last_name: 'L', email: 'e'.repeat(70_000) }, timeMicros: SOME_TIME_MICROS + 1 });
      const older = aReceivedUserCreated({ userId: bad.user.id });

      const { rejected } = await other.repository.saveAll([...good.slice(0, 77), bad, older, ...good.slice(77)]);

      expect(rejected).toEqual([{ index: 77, reason: 'row.refused', message: expect.any(String) as string }]);
      const rows = await other.repository.findAll([...good, older].map(({ user }) => ({ id: user.id })));
      expect(rows.map((row) => row?.fields)).toEqual([...good, older].map(({ user }) => user.fields));
    } finally {
      await other.close();
    }
  });
});
