import { shapeOf, TableUnusableError, type Column, type Index } from '../../../../src/adapters/user-repository-cassandra/table-shape.js';
import { CORE_FIELDS } from '../../../../src/domain/user.js';

const NAME = { keyspace: 'ks', table: 'people' };
const regular = (name: string, type = 'text'): Column => ({ name, kind: 'regular', position: -1, type });
const key = (name: string, type = 'text', position = 0): Column => ({ name, kind: 'partition_key', position, type });
const clustering = (name: string, type = 'text', position = 0): Column => ({ name, kind: 'clustering', position, type });
const core = CORE_FIELDS.map((name) => regular(name));
const shape = (columns: Column[], { indexes = [], fields = CORE_FIELDS }: { indexes?: Index[]; fields?: readonly string[] } = {}) => shapeOf(NAME, columns, indexes, fields);

describe('shapeOf', () => {
  it('binds our own table whole, and has nothing to say', () => {
    const own = shape([key('id', 'uuid'), ...core, regular('created_at', 'timestamp'), regular('src_partition', 'int'), regular('src_offset', 'bigint'), regular('stored_at', 'timestamp')]);
    expect(own.identity).toEqual({ kind: 'id' });
    expect(own.columns.map(({ name }) => name)).toEqual(['id', ...CORE_FIELDS, 'created_at', 'src_partition', 'src_offset', 'stored_at']);
    expect(own.warnings).toEqual([]);
  });

  it('takes an id as uuid or as text', () => {
    for (const type of ['uuid', 'text']) expect(shape([key('id', type), ...core]).columns[0]).toEqual({ name: 'id', type, isKey: true });
  });

  it.each(['timeuuid', 'blob', 'int', 'frozen<tuple<text>>'])('refuses a key id of the type %s', (type) => {
    expect(() => shape([key('id', type), ...core])).toThrow(expect.objectContaining({ code: 'repository.table-unusable', message: expect.stringContaining(`"id", a column of its key, is of the type ${type}`) as string }) as Error);
  });

  it('refuses a key of what no event has, with what to do', () => {
    const refusal = () => shape([key('country'), ...core]);
    expect(refusal).toThrow(TableUnusableError);
    expect(refusal).toThrow(expect.objectContaining({ remedy: expect.stringMatching(/add country to USER_FIELDS.*CASSANDRA_TABLE/) as string }) as Error);
    expect(() => shape([key('last_name'), clustering('created_at', 'timestamp'), regular('email')])).toThrow(TableUnusableError);
  });

  it.each(['created_at', 'src_partition', 'src_offset', 'stored_at'])('refuses a key of %s, which USER_FIELDS cannot name', (name) => {
    const refusal = () => shape([key('email'), clustering(name, 'timestamp'), regular('first_name')]);
    expect(refusal).toThrow(expect.objectContaining({ code: 'repository.table-unusable', remedy: expect.not.stringContaining('USER_FIELDS') as string }) as Error);
  });

  it('refuses a table of counters, and one with no column for a person', () => {
    const remedy: unknown = expect.stringContaining('CASSANDRA_TABLE');
    expect(() => shape([key('email'), regular('n', 'counter')])).toThrow(expect.objectContaining({ code: 'repository.table-unusable', message: expect.stringContaining('counter') as string, remedy }) as Error);
    expect(() => shape([key('id', 'uuid'), regular('first_name', 'blob'), regular('shoe_size', 'int')])).toThrow(expect.objectContaining({ code: 'repository.table-unusable', message: expect.stringContaining('first_name, last_name, email') as string, remedy }) as Error);
    expect(shape([key('email')]).columns.map(({ name }) => name)).toEqual(['email']);
  });

  it.each<[string, Column[], RegExp]>([
    ['an id alone', [key('id', 'uuid')], /takes one of first_name/],
    ['an id and our own columns', [key('id', 'uuid'), regular('created_at', 'timestamp')], /takes one of first_name/],
    ['a key and what no event has', [key('last_name'), clustering('email'), regular('notes')], /beside the key/],
    ['a key and a static column', [key('last_name'), clustering('email'), { ...regular('first_name'), kind: 'static' }], /beside the key/],
    ['counters, static ones', [key('last_name'), clustering('email'), { ...regular('seen', 'counter'), kind: 'static' }], /counter/],
  ])('refuses a table of %s, though id is among the fields', (_what, columns, message) => {
    expect(() => shape(columns, { fields: ['id', ...CORE_FIELDS] })).toThrow(expect.objectContaining({ code: 'repository.table-unusable', message: expect.stringMatching(message) as string, remedy: expect.stringContaining('CASSANDRA_TABLE') as string }) as Error);
  });

  it.each<[string, Column[], number]>([
    ['whose key leaves a field beside it', [key('last_name'), clustering('email'), regular('first_name')], 3],
    ['of which all columns are the key', [key('email'), clustering('last_name'), clustering('first_name', 'text', 1)], 3],
    ['of which all columns are the key, and not all fields', [key('email'), clustering('last_name')], 2],
    ['with all fields in its key, and a column of somebody else', [key('email'), clustering('last_name'), clustering('first_name', 'text', 1), regular('notes')], 3],
  ])('takes a table %s', (_what, columns, bound) => {
    expect(shape(columns).columns).toHaveLength(bound);
  });

  it('takes a key of a further field once it is named', () => {
    expect(shape([key('country'), ...core], { fields: [...CORE_FIELDS, 'country'] }).identity).toEqual({ kind: 'key', columns: ['country'] });
  });

  it('has the key in its own order, and says that namesakes share a row', () => {
    const people = shape([clustering('email', 'text', 1), regular('first_name'), clustering('phone', 'text', 0), key('last_name')], { fields: [...CORE_FIELDS, 'phone'] });
    expect(people.identity).toEqual({ kind: 'key', columns: ['last_name', 'phone', 'email'] });
    expect(people.warnings.map(({ code }) => code)).toEqual(['repository.namesakes-share-a-row']);
    expect(people.warnings[0]?.message).toContain('last_name, phone, email');
  });

  it('addresses rows by their whole key where the id is only a part of it, which keeps namesakes apart', () => {
    const people = shape([key('last_name'), clustering('id', 'uuid'), regular('first_name'), regular('email')]);
    expect(people.identity).toEqual({ kind: 'key', columns: ['last_name', 'id'] });
    expect(people.warnings).toEqual([]);
  });

  it('says which fields have no column, with the statement that adds them', () => {
    const [warning, ...others] = shape([key('id', 'uuid'), ...core], { fields: [...CORE_FIELDS, 'phone', 'postCode'] }).warnings;
    expect(others).toEqual([]);
    expect(warning).toMatchObject({ code: 'repository.columns-missing', message: expect.stringContaining('phone, postCode') as string });
    expect(warning?.remedy).toContain('ALTER TABLE "ks"."people" ADD ("phone" text, "postCode" text)');
  });

  it('leaves columns of other types and static ones unbound, and says so', () => {
    const people = shape([key('last_name'), regular('email'), { ...regular('first_name'), kind: 'static' }, regular('created_at', 'bigint'), regular('src_offset', 'int'), regular('gender', 'int')]);
    expect(people.columns.map(({ name }) => name)).toEqual(['last_name', 'email']);
    expect(people.warnings.at(-1)).toMatchObject({ code: 'repository.columns-of-other-type' });
    for (const said of ['first_name (static text)', 'created_at (bigint)', 'src_offset (int)']) expect(people.warnings.at(-1)?.message).toContain(said);
    expect(people.warnings.at(-1)?.message).not.toContain('gender');
  });

  const email = { target: 'email' };
  it.each<[string, Column[], Index[], boolean]>([
    ['nothing', [key('id', 'uuid'), ...core], [], false],
    ['a storage-attached index', [key('id', 'uuid'), ...core], [{ kind: 'CUSTOM', options: { ...email, class_name: 'StorageAttachedIndex' } }], true],
    ['one made USING sai', [key('id', 'uuid'), ...core], [{ kind: 'CUSTOM', options: { ...email, class_name: 'sai' } }], true],
    ['a secondary index', [key('id', 'uuid'), ...core], [{ kind: 'COMPOSITES', options: email }], true],
    ['an index on another column', [key('id', 'uuid'), ...core], [{ kind: 'COMPOSITES', options: { target: 'last_name' } }], false],
    ['SASI', [key('id', 'uuid'), ...core], [{ kind: 'CUSTOM', options: { ...email, class_name: 'org.apache.cassandra.index.sasi.SASIIndex' } }], false],
    ['the whole partition key', [key('email'), regular('first_name')], [], true],
    ['a part of the partition key', [key('last_name'), key('email', 'text', 1), regular('first_name')], [], false],
    ['a clustering column', [key('last_name'), clustering('email')], [], false],
  ])('knows whether %s answers for an email address', (_what, columns, indexes, byEmail) => {
    expect(shape(columns, { indexes }).byEmail).toBe(byEmail);
  });
});
