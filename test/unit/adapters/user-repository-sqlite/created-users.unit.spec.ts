import { readFileSync } from 'node:fs';
import { Logger } from '@nestjs/common';
import { SqliteFile } from '../../../../src/adapters/shared/sqlite-file.js';
import { SqliteUserRepository } from '../../../../src/adapters/user-repository-sqlite/sqlite-user-repository.js';
import { UserRow } from '../../../../src/adapters/user-repository-sqlite/user-row.js';
import { prepareTable } from '../../../../src/adapters/user-repository-sqlite/created-users.schema.js';
import { CORE_FIELDS } from '../../../../src/domain/user.js';
import { aReceivedUserCreated, SOME_TIME_MICROS } from '../../../support/builders.js';
import { FakeClock } from '../../../support/fake-clock.js';
import { SqliteTable } from '../../../support/sqlite-table.js';
import { temporaryFolder } from '../../../support/temporary-folder.js';

Logger.overrideLogger(false);

const fields = { first_name: 'Ada', last_name: 'Lovelace', email: 'ada@example.com' };

describe('the table created_users', () => {
  let table: SqliteTable;
  afterEach(() => table.close());

  it('shows every column of a row to whoever opens the file', async () => {
    table = await SqliteTable.open();
    await table.repository.saveAll([aReceivedUserCreated({ userId: '6c84fb90-12c4-11e1-840d-7b25c5ee775a', fields, partition: 2, offset: 7 })]);
    const file = SqliteFile.open(table.path);

    expect(file.prepare('SELECT * FROM created_users').all()).toEqual([
      { id: '6c84fb90-12c4-11e1-840d-7b25c5ee775a', ...fields, created_at: SOME_TIME_MICROS, src_partition: 2, src_offset: 7, stored_at: expect.any(Number) as number },
    ]);
    file.close();
  });

  it('looks for people by id and by address through an index', async () => {
    table = await SqliteTable.open();
    const file = SqliteFile.open(table.path);
    const { sql } = new UserRow([], 1);
    const plan = (query: string) => (file.prepare(`EXPLAIN QUERY PLAN ${query}`).all() as { detail: string }[]).map(({ detail }) => detail).join('; ');

    expect(plan(sql.byId)).toMatch(/^SEARCH created_users USING INDEX \S+ \(id=\?\)$/);
    expect(plan(sql.byEmail)).toMatch(/^SEARCH created_users USING INDEX created_users_email \(email=\? AND rowid>\?\)$/);
    expect(plan(sql.all)).toMatch(/^SEARCH created_users USING INTEGER PRIMARY KEY \(rowid>\?\)$/);
    file.close();
  });

  it('gets a column for a further field by itself, once, and old rows have none of it', async () => {
    table = await SqliteTable.open();
    const [old, young] = [aReceivedUserCreated({ fields }), aReceivedUserCreated({ fields: { ...fields, phone: '1', gender: 'f' } })];
    await table.repository.saveAll([old]);

    const both = await Promise.all([1, 2].map(() => table.openAnother({ fields: [...CORE_FIELDS, 'phone', 'post_code', 'phone', 'id'] })));
    await both[0]?.saveAll([young]);

    for (const repository of both) {
      const rows = await repository.findAll([{ id: old.user.id }, { id: young.user.id }]);
      expect(rows.map((row) => row?.fields)).toEqual([fields, { ...fields, phone: '1' }]);
    }
    await table.repository.saveAll([aReceivedUserCreated({ fields })]);
    expect((await table.repository.list({ cursor: null, limit: 10 })).items).toHaveLength(3);
  });

  it('keeps apart what it calls things by itself and a field of that name', async () => {
    const names = ['row_number', 'order', 'excluded', 'select'];
    table = await SqliteTable.open({ fields: [...CORE_FIELDS, ...names] });
    const odd = { ...fields, ...Object.fromEntries(names.map((name) => [name, `the ${name}`])) };
    const events = [1, 2, 3].map(() => aReceivedUserCreated({ fields: odd }));
    await table.repository.saveAll(events);
    const first = await table.repository.list({ cursor: null, limit: 2 });
    const rest = await table.repository.list({ cursor: first.next, limit: 2 });
    expect(rest.next).toBeNull();
    expect([...first.items, ...rest.items].map((row) => row.fields)).toEqual([odd, odd, odd]);
  });

  it('forgets a further field that the newest event does not have', async () => {
    table = await SqliteTable.open({ fields: [...CORE_FIELDS, 'phone'] });
    const event = aReceivedUserCreated({ fields: { ...fields, phone: '1' } });
    await table.repository.saveAll([event]);
    await table.repository.saveAll([{ ...event, timeMicros: event.timeMicros + 1, user: { ...event.user, fields } }]);
    expect((await table.repository.find({ id: event.user.id }))?.fields).toEqual(fields);
  });

  it('stays as it is when a newer version made it', async () => {
    table = await SqliteTable.open();
    await table.repository.saveAll([aReceivedUserCreated()]);
    await table.close();
    const file = SqliteFile.open(table.path);
    file.exec('PRAGMA user_version = 99');
    file.close();
    const bytes = readFileSync(table.path);

    await expect(table.openAnother({ fields: [...CORE_FIELDS, 'phone'] })).rejects.toMatchObject({ code: 'data.newer-version', disposition: 'halt' });
    expect(readFileSync(table.path).equals(bytes)).toBe(true);
  });

  it('tells the rows apart that a constraint of somebody else refuses, and keeps the older event of such a person', async () => {
    table = await SqliteTable.open();
    const file = SqliteFile.open(table.path);
    for (const moment of ['INSERT', 'UPDATE']) {
      file.exec(`CREATE TRIGGER no_${moment} BEFORE ${moment} ON created_users WHEN NEW.email = 'no@example.com' BEGIN SELECT RAISE(ABORT, 'no'); END`);
    }
    file.close();
    const [good, person] = [aReceivedUserCreated(), aReceivedUserCreated({ fields })];
    const refused = { ...person, timeMicros: person.timeMicros + 1, user: { ...person.user, fields: { ...fields, email: 'no@example.com' } } };

    const { rejected } = await table.repository.saveAll([refused, person, good]);

    expect(rejected.map(({ index, reason }) => [index, reason])).toEqual([[0, 'row.constraint']]);
    const rows = await table.repository.findAll([person, good].map(({ user }) => ({ id: user.id })));
    expect(rows.map((row) => row?.fields['email'])).toEqual([fields.email, good.user.fields['email']]);
  });
});

describe('stored_at', () => {
  it('is renewed by a newer event and by the same one again, never by an older one', async () => {
    const clock = new FakeClock();
    const file = SqliteFile.open(`${temporaryFolder()}/table.db`);
    prepareTable(file, []);
    const repository = new SqliteUserRepository(file, { fields: CORE_FIELDS }, { clock, patienceMs: 0 });
    const event = aReceivedUserCreated();
    const storedAfter = async (timeMicros: number) => {
      clock.jump(1_000);
      await repository.saveAll([{ ...event, timeMicros }]);
      return (await repository.find({ id: event.user.id }))?.storedAtMs;
    };

    const first = clock.now() + 1_000;
    expect([await storedAfter(100), await storedAfter(99), await storedAfter(100), await storedAfter(101)]).toEqual([first, first, first + 2_000, first + 3_000]);
    repository.onApplicationShutdown();
  });
});
