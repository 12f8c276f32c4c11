import { copyFileSync, readFileSync, statSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SqliteFile } from '../../../../src/adapters/shared/sqlite-file.js';
import { DamagedDataError } from '../../../../src/domain/errors.js';
import { temporaryFolder } from '../../../support/temporary-folder.js';

const FULL = 2;

/** As the driver throws it. */
const corrupt = () => Object.assign(new Error('database disk image is malformed'), { sqliteCode: 11 });

describe('a data file', () => {
  let folder: string;
  let file: SqliteFile;
  beforeEach(() => {
    folder = join(temporaryFolder(), 'made', 'here');
    file = SqliteFile.open(join(folder, 'some.db'));
    file.write(() => file.exec('CREATE TABLE numbers (n INTEGER)'));
  });
  afterEach(() => file.close());

  const insert = (n: number) => file.prepare('INSERT INTO numbers VALUES (?)').run(n);
  const count = (of = file) => of.numberOf('SELECT count(*) FROM numbers');

  it('has every commit on the disk before it goes on', () => {
    expect(file.numberOf('PRAGMA synchronous')).toBe(FULL);
    expect(file.prepareRows('PRAGMA journal_mode').get()).toEqual(['wal']);
  });

  it('makes its folder for the user alone who runs the process', () => {
    expect(statSync(folder).mode & 0o777).toBe(0o700);
  });

  it('that is a link to one on another disk is not taken for one cut short while its WAL holds the rest', () => {
    const link = join(temporaryFolder(), 'link.db');
    symlinkSync(join(folder, 'some.db'), link);
    const another = SqliteFile.open(link);
    expect(another.numberOf('SELECT count(*) FROM numbers')).toBe(0);
    another.close();
  });

  it('leaves nothing of a transaction that fails, and goes on', () => {
    const fail = () => {
      insert(1);
      throw new TypeError('a bug');
    };
    expect(() => file.write(fail)).toThrow(TypeError);
    expect(file.inTransaction).toBe(false);
    file.write(() => insert(2));
    expect(count()).toBe(1);
  });

  it('is not written to any more once it was found damaged', () => {
    expect(file.damage).toBeNull();
    expect(() =>
      file.read(() => {
        throw corrupt();
      }),
    ).toThrow(DamagedDataError);
    expect(file.damage).toBeInstanceOf(DamagedDataError);
    expect(() => file.write(() => insert(1))).toThrow(file.damage as DamagedDataError);
    expect(count()).toBe(0);
  });

  it('is whole without its WAL once it is closed', () => {
    file.write(() => insert(1));
    file.close();
    const copy = join(temporaryFolder(), 'copy.db');
    copyFileSync(file.path, copy);
    const copied = SqliteFile.open(copy);
    expect(count(copied)).toBe(1);
    copied.close();
  });
});

describe('a data file that is too large to be read whole at open', () => {
  const LARGE = { wholeUpToBytes: 0 };
  let path: string;
  beforeEach(() => {
    const file = SqliteFile.open(join(temporaryFolder(), 'some.db'));
    path = file.path;
    file.write(() => {
      file.exec('CREATE TABLE texts (t TEXT)');
      for (let pages = 0; pages < 20; pages += 1) file.exec('INSERT INTO texts VALUES (hex(randomblob(2000)))');
    });
    file.close();
  });

  it('is opened as it is', () => {
    expect(() => SqliteFile.open(path, LARGE).close()).not.toThrow();
  });

  it.each([1, 4_095, 4_096, 20_000])('is refused where it was cut short by %i bytes', (missing) => {
    truncateSync(path, statSync(path).size - missing);
    expect(() => SqliteFile.open(path, LARGE)).toThrow(DamagedDataError);
  });

  it('is refused where a table is damaged that all else hangs on; of others the damage shows when they are read', () => {
    writeFileSync(path, readFileSync(path).fill(0xff, 8 * 4_096, 9 * 4_096));
    expect(() => SqliteFile.open(path, { ...LARGE, smallTables: ['none', 'texts'] })).toThrow(DamagedDataError);
    const file = SqliteFile.open(path, LARGE);
    expect(() => file.numberOf('SELECT sum(length(t)) FROM texts')).toThrow(DamagedDataError);
    file.close();
  });
});
