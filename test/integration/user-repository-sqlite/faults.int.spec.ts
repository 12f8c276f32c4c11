import { closeSync, openSync, readFileSync, statSync, truncateSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { SystemClock } from '../../../src/adapters/clock-system/system-clock.js';
import { SqliteFile } from '../../../src/adapters/shared/sqlite-file.js';
import { prepareTable } from '../../../src/adapters/user-repository-sqlite/created-users.schema.js';
import { SqliteUserRepositoryProbe } from '../../../src/adapters/user-repository-sqlite/sqlite-user-repository.probe.js';
import { SqliteUserRepository } from '../../../src/adapters/user-repository-sqlite/sqlite-user-repository.js';
import { DamagedDataError, DiskFullError } from '../../../src/domain/errors.js';
import { CORE_FIELDS } from '../../../src/domain/user.js';
import { RepositoryUnavailableError } from '../../../src/ports/user-repository.port.js';
import { aReceivedUserCreated } from '../../support/builders.js';
import { SqliteTable } from '../../support/sqlite-table.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

const somebody = () => aReceivedUserCreated();
const large = () => aReceivedUserCreated({ fields: { first_name: 'x'.repeat(1_000), last_name: 'L', email: 'e' } });
const many = (count: number, make = somebody) => Array.from({ length: count }, make);
const idsOf = (events: readonly { user: { id: string } }[]) => events.map(({ user }) => user.id).sort();

async function idsIn(repository: SqliteUserRepository): Promise<string[]> {
  const { items } = await repository.list({ cursor: null, limit: 100_000 });
  return items.map(({ id }) => id ?? '').sort();
}

describe('an embedded table that another process has locked', () => {
  let table: SqliteTable;
  afterEach(() => table.close());

  it('is waited for without blocking this process, and then written', async () => {
    table = await SqliteTable.open({ lockPatienceMs: 10_000 });
    const event = somebody();
    const giveBack = await table.takeAway();
    let settled = false;

    const saving = table.repository.saveAll([event]).finally(() => (settled = true));
    for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(settled).toBe(false);
    await giveBack();

    await expect(saving).resolves.toEqual({ rejected: [] });
    expect(await idsIn(table.repository)).toEqual([event.user.id]);
  });

  it('can be opened and read, and says what holds it up', async () => {
    table = await SqliteTable.open({ lockPatienceMs: 1 });
    const stored = somebody();
    await table.repository.saveAll([stored]);
    const giveBack = await table.takeAway();

    const another = await table.openAnother();
    await expect(another.saveAll([somebody()])).rejects.toBeInstanceOf(RepositoryUnavailableError);
    const probe = new SqliteUserRepositoryProbe(another);
    expect(await probe.check()).toMatchObject({ name: 'user-repository', status: 'down', code: 'repository.unavailable', suggestion: expect.stringContaining('process') as string });
    expect(await idsIn(another)).toEqual([stored.user.id]);

    await giveBack();
    await another.saveAll([somebody()]);
    expect(await probe.check()).toMatchObject({ status: 'up', code: null, reason: null, suggestion: null });
  });
});

describe('an embedded table on a full disk', () => {
  it('takes nothing of the batch, stays readable, says so, and goes on by itself', async () => {
    const file = SqliteFile.open(join(temporaryFolder(), 'table.db'));
    prepareTable(file, []);
    const repository = new SqliteUserRepository(file, { fields: CORE_FIELDS }, { clock: new SystemClock(), patienceMs: 50 });
    const probe = new SqliteUserRepositoryProbe(repository);
    const [before, after] = [many(3), many(500, large)];
    await repository.saveAll(before);
    const { page_count: pages } = file.prepare('SELECT page_count FROM pragma_page_count').get() as { page_count: number };

    file.exec(`PRAGMA max_page_count = ${pages + 10}`);
    await expect(repository.saveAll(after)).rejects.toBeInstanceOf(DiskFullError);
    expect(await idsIn(repository)).toEqual(idsOf(before));
    await expect(repository.saveAll(after)).rejects.toMatchObject({ disposition: 'retry', code: 'data.disk-full' });
    expect(await probe.check()).toMatchObject({ status: 'degraded', code: 'data.disk-full', suggestion: expect.stringContaining('room') as string });

    file.exec('PRAGMA max_page_count = 1000000');
    await expect(repository.saveAll(after)).resolves.toEqual({ rejected: [] });
    expect(await idsIn(repository)).toEqual(idsOf([...before, ...after]));
    expect(await probe.check()).toMatchObject({ status: 'up' });
    repository.onApplicationShutdown();
  });
});

describe('an embedded table whose file is damaged', () => {
  it.each([
    ['no database at all', (path: string) => writeFileSync(path, 'not a database, but long enough to have a header of a hundred bytes'.repeat(20))],
    ['cut short', (path: string) => truncateSync(path, 4_096 * 2)],
    ['overwritten in the middle', (path: string) => overwrite(path, 4_096)],
  ])('is not opened and not touched: %s', async (_what, damage) => {
    const table = await SqliteTable.open();
    await table.repository.saveAll(many(100, large));
    await table.checkpoint();
    await table.close();
    damage(table.path);
    const bytes = readFileSync(table.path);

    await expect(SqliteTable.open({ dataDir: join(table.path, '..') })).rejects.toBeInstanceOf(DamagedDataError);

    expect(readFileSync(table.path).equals(bytes)).toBe(true);
  });

  it('is noticed in use, and nothing is written any more', async () => {
    const table = await SqliteTable.open();
    const events = many(5_000, large);
    await table.repository.saveAll(events);
    await table.checkpoint();
    const repository = await table.reopen();
    overwrite(table.path, 4_096);

    await expect(repository.findAll(events.map(({ user }) => ({ id: user.id })))).rejects.toBeInstanceOf(DamagedDataError);
    const bytes = readFileSync(table.path);
    await expect(repository.saveAll([somebody()])).rejects.toMatchObject({ code: 'data.damaged', disposition: 'halt' });
    expect(readFileSync(table.path).equals(bytes)).toBe(true);
    expect(await new SqliteUserRepositoryProbe(repository).check()).toMatchObject({ status: 'down', code: 'data.damaged' });
    await table.close();
  });
});

/** Leaves the header page as it is: only reading further shows the damage. */
function overwrite(path: string, from: number): void {
  const handle = openSync(path, 'r+');
  writeSync(handle, Buffer.alloc(statSync(path).size - from, 0x5a), 0, undefined, from);
  closeSync(handle);
}
