import { join } from 'node:path';
import { SystemClock } from '../../../../src/adapters/clock-system/system-clock.js';
import { SqliteFile } from '../../../../src/adapters/shared/sqlite-file.js';
import { SqliteWriter } from '../../../../src/adapters/shared/sqlite-writer.js';
import { DataLockedError, DiskFullError } from '../../../../src/domain/errors.js';
import { holdLock } from '../../../support/file-lock.js';
import { temporaryFolder } from '../../../support/temporary-folder.js';

describe('SqliteWriter', () => {
  let file: SqliteFile;
  let writer: SqliteWriter;
  let commits: number;
  beforeEach(() => {
    file = SqliteFile.open(join(temporaryFolder(), 'some.db'));
    file.exec('CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT NOT NULL)');
    commits = 0;
    writer = new SqliteWriter(file, new SystemClock(), { patienceMs: 300 }, () => (commits += 1));
  });
  afterEach(() => {
    writer.stop();
    file.close();
  });

  const note = (text: string) => writer.submit(() => void file.prepare('INSERT INTO notes (text) VALUES (?)').run(text));
  const notes = () => (file.prepareRows('SELECT text FROM notes ORDER BY id').all() as [string][]).map(([text]) => text);

  it('writes what is submitted at the same time in one transaction, in the order submitted', async () => {
    const texts = Array.from({ length: 200 }, (_, index) => String(index));
    await Promise.all(texts.map(note));
    expect(notes()).toEqual(texts);
    expect(commits).toBeLessThanOrEqual(5);
  });

  it('resolves with what the work returned', async () => {
    expect(await Promise.all([writer.submit(() => 'one'), writer.submit(() => 2)])).toEqual(['one', 2]);
  });

  it('undoes work that throws, and only that', async () => {
    const failure = new Error('not this one');
    const before = note('before');
    const failing = writer.submit(() => {
      file.prepare('INSERT INTO notes (text) VALUES (?)').run('half done');
      throw failure;
    });
    const outcomes = await Promise.allSettled([before, failing, note('after')]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    await expect(failing).rejects.toBe(failure);
    expect(notes()).toEqual(['before', 'after']);
    expect(writer.fault).toBeNull();
  });

  it('waits for a lock without blocking, goes on in order, and remembers how long it met it', async () => {
    const release = holdLock(file.path);
    const written = Promise.all([note('a'), note('b')]);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(writer.lockedForMs()).toBeGreaterThan(0);
    expect(writer.fault).toBeInstanceOf(DataLockedError);
    release();
    await written;
    expect(notes()).toEqual(['a', 'b']);
    expect(writer.lockedForMs()).toBe(0);
    expect(writer.fault).toBeNull();
  });

  it('gives up on a lock after its patience', async () => {
    const release = holdLock(file.path);
    await expect(note('a')).rejects.toBeInstanceOf(DataLockedError);
    release();
    await note('b');
    expect(notes()).toEqual(['b']);
  });

  it('rejects everything when the disk is full, and says so until it goes through', async () => {
    file.exec(`PRAGMA max_page_count = ${file.numberOf('PRAGMA page_count')}`);
    const outcomes = await Promise.allSettled([note('x'.repeat(50_000)), note('y'.repeat(50_000))]);
    for (const outcome of outcomes) expect(outcome).toMatchObject({ status: 'rejected', reason: expect.any(DiskFullError) as unknown });
    expect(writer.fault).toBeInstanceOf(DiskFullError);
    file.exec('PRAGMA max_page_count = 10000');
    await note('small');
    expect(notes()).toEqual(['small']);
    expect(writer.fault).toBeNull();
  });

  it('rejects what waits when it is stopped, and what comes after', async () => {
    const release = holdLock(file.path);
    const waiting = note('a');
    writer.stop();
    await expect(waiting).rejects.toBeInstanceOf(DataLockedError);
    await expect(note('b')).rejects.toBeInstanceOf(DataLockedError);
    release();
    expect(notes()).toEqual([]);
  });

  it('rejects all that waits when no transaction can begin', async () => {
    file.exec('BEGIN');
    await expect(Promise.all([note('a'), note('b')])).rejects.toThrow(/transaction/);
    file.exec('ROLLBACK');
    await note('c');
    expect(notes()).toEqual(['c']);
  });
});
