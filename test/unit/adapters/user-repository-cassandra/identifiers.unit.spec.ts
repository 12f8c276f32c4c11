import fc from 'fast-check';
import { checkedFields, checkedName, literal, quoted, UnusableNameError } from '../../../../src/adapters/user-repository-cassandra/identifiers.js';
import { createEmailIndex, createKeyspace, createTable, isToBeIndexed, replicasOf } from '../../../../src/adapters/user-repository-cassandra/table-definition.js';
import { CORE_FIELDS } from '../../../../src/domain/user.js';

describe('names in CQL', () => {
  it('are quoted so that nothing in them ends the quotes', () => {
    fc.assert(
      fc.property(fc.string(), (name) => {
        expect(quoted(name).slice(1, -1).replaceAll('""', '')).not.toContain('"');
        expect(literal(name).slice(1, -1).replaceAll("''", '')).not.toContain("'");
      }),
    );
    expect(quoted('a"b')).toBe('"a""b"');
    expect(literal("dc'1")).toBe("'dc''1'");
  });

  it.each(['', '1a', 'a-b', 'a b', 'a.b', 'a"b', 'a;b', 'ü', 'x'.repeat(49), '_a'])('refuses %j as a keyspace or a table, and names the setting', (name) => {
    expect(() => checkedName('keyspace', name)).toThrow(UnusableNameError);
    expect(() => checkedName('table', name)).toThrow(expect.objectContaining({ code: 'repository.unusable-name', disposition: 'halt', remedy: expect.stringContaining('CASSANDRA_TABLE') as string }) as Error);
  });

  it('takes what Cassandra takes', () => {
    for (const name of ['spark_streams', 'A', 'a1', 'x'.repeat(48)]) expect(checkedName('keyspace', name)).toBe(name);
  });

  it('has the core three among the fields, each once, in their order, without id', () => {
    expect(checkedFields([])).toEqual(CORE_FIELDS);
    expect(checkedFields(['id', 'email', 'phone', 'dob', 'phone'])).toEqual([...CORE_FIELDS, 'phone', 'dob']);
  });

  it.each(['created_at', 'src_offset', 'a"; DROP', '', '1st'])('refuses %j as a field', (field) => {
    expect(() => checkedFields([field])).toThrow(UnusableNameError);
  });
});

describe('replication', () => {
  it('is as many as the data centre has nodes, at most three, where nothing is set', () => {
    expect([0, 1, 2, 3, 9].map((nodes) => replicasOf(null, 'dc1', nodes).get('dc1'))).toEqual([1, 1, 2, 3, 3]);
  });

  it('is what is set', () => {
    expect([...replicasOf('2', 'dc1', 9)]).toEqual([['dc1', 2]]);
    expect([...replicasOf('dc1:3, east 2:1', 'dc1', 9)]).toEqual([['dc1', 3], ['east 2', 1]]);
    for (const wrong of ['dc1', 'dc1:0', "d'c:1", ':1', 'dc1:3,']) expect(() => replicasOf(wrong, 'dc1', 1)).toThrow(RangeError);
  });
});

describe('definitions', () => {
  const named = { keyspace: 'K', table: 'created_users' };

  it('make what is missing, and only that', () => {
    expect(createKeyspace('K', new Map([['dc1', 3], ["o'dc", 1]]))).toBe(`CREATE KEYSPACE IF NOT EXISTS "K" WITH replication = {'class': 'NetworkTopologyStrategy', 'dc1': 3, 'o''dc': 1}`);
    expect(createTable(named, [...CORE_FIELDS, 'phone'], false)).toBe(
      `CREATE TABLE IF NOT EXISTS "K"."created_users" (id uuid PRIMARY KEY, "first_name" text, "last_name" text, "email" text, created_at timestamp, src_partition int, src_offset bigint, stored_at timestamp, "phone" text) WITH comment = 'made by Userstream'`,
    );
    expect(createEmailIndex(named)).toBe(`CREATE INDEX IF NOT EXISTS "created_users_email" ON "K"."created_users" (email) USING 'sai'`);
  });

  it('tell in the comment whether an index is still to come', () => {
    const commentOf = (cql: string) => /comment = '(.*)'/.exec(cql)?.[1] ?? null;
    expect(isToBeIndexed(commentOf(createTable(named, CORE_FIELDS, true)))).toBe(true);
    for (const comment of [commentOf(createTable(named, CORE_FIELDS, false)), '', null]) expect(isToBeIndexed(comment)).toBe(false);
  });
});
