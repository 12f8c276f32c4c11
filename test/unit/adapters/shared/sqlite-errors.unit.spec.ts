import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { Module, type DynamicModule } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { SystemClock } from '../../../../src/adapters/clock-system/system-clock.js';
import { LogFiles } from '../../../../src/adapters/event-bus-sqlite/log-files.js';
import { SqliteEventBusModule } from '../../../../src/adapters/event-bus-sqlite/sqlite-event-bus.module.js';
import { refusalToStart, translateSqliteError } from '../../../../src/adapters/shared/sqlite-errors.js';
import { SqliteFile } from '../../../../src/adapters/shared/sqlite-file.js';
import { DamagedDataError, DataFileError, DataFolderError, DataLockedError, DiskFullError, PipelineError } from '../../../../src/domain/errors.js';
import { SqliteUserRepository } from '../../../../src/adapters/user-repository-sqlite/sqlite-user-repository.js';
import { SqliteUserRepositoryModule } from '../../../../src/adapters/user-repository-sqlite/sqlite-user-repository.module.js';
import { Clock } from '../../../../src/ports/clock.port.js';
import { exitCodeFor } from '../../../../src/process/exit-code.js';
import { temporaryFolder } from '../../../support/temporary-folder.js';

const ENOSPC = 28;

@Module({})
class Clocks {}
const CLOCKS: DynamicModule = { module: Clocks, global: true, providers: [{ provide: Clock, useClass: SystemClock }], exports: [Clock] };

/** As the driver gives them: the primary code may be cut or not, the extended one is whole. */
const driverError = (message: string, sqliteExtendedCode: number, more: object = {}) =>
  Object.assign(new Error(message), { code: 'ERR_SQLITE_ERROR', sqliteCode: sqliteExtendedCode & 0xff, sqliteExtendedCode, ...more });

describe('an error of SQLite', () => {
  let path: string;
  beforeEach(() => {
    path = join(temporaryFolder(), 'log.db');
  });
  const translated = (error: unknown) => translateSqliteError(path, error) as PipelineError;

  it.each([
    ['CORRUPT', 11],
    ['CORRUPT_INDEX', 779],
    ['NOTADB', 26],
    ['IOERR_CORRUPTFS', 8_458],
  ])('that is %s is damage', (_, code) => {
    expect(translated(driverError('malformed', code))).toBeInstanceOf(DamagedDataError);
    expect(exitCodeFor(translated(driverError('malformed', code)))).toBe(3);
  });

  it.each([
    ['IOERR_READ', 266],
    ['IOERR_SHORT_READ', 522],
    ['IOERR_WRITE', 778],
    ['IOERR_FSYNC', 1_034],
    ['IOERR_TRUNCATE', 1_546],
    ['IOERR_NOMEM', 3_082],
    ['IOERR_SHMOPEN', 4_618],
    ['IOERR_SHMMAP', 5_386],
    ['NOMEM', 7],
    ['IOERR of a kind we do not know', 65_290],
  ])('that is %s is worth another try, and a full disk where the system says so', (_, code) => {
    const retried = translated(driverError('disk I/O error', code));
    expect(retried).toBeInstanceOf(DataFileError);
    expect(retried).toMatchObject({ disposition: 'retry', message: `${path} cannot be read or written: disk I/O error` });
    expect(translated(driverError('disk I/O error', code, { systemErrno: ENOSPC }))).toBeInstanceOf(DiskFullError);
  });

  it.each([
    ['FULL', 13],
    ['IOERR_SHMSIZE', 4_874],
  ])('that is %s is a full disk', (_, code) => {
    expect(translated(driverError('disk I/O error', code))).toBeInstanceOf(DiskFullError);
  });

  it.each([
    ['PERM', 3],
    ['READONLY', 8],
    ['READONLY_DIRECTORY', 1_544],
    ['CANTOPEN', 14],
    ['CANTOPEN_ISDIR', 526],
  ])('that is %s is a matter of permissions, unless the disk is full', (_, code) => {
    const refused = translated(driverError('unable to open database file', code));
    expect(refused).toBeInstanceOf(DataFolderError);
    expect(refused).toMatchObject({ code: 'config.data-folder', message: expect.stringContaining(path) as string, remedy: expect.stringMatching(/read and write the data folder/) as string });
    expect(exitCodeFor(refused)).toBe(2);
    expect(translated(driverError('unable to open database file', code, { systemErrno: ENOSPC }))).toBeInstanceOf(DiskFullError);
  });

  it.each([
    ['database is locked', DataLockedError],
    ['disk I/O error', DataFileError],
    ['database disk image is malformed', DamagedDataError],
    ['database or disk is full', DiskFullError],
    ['attempt to write a readonly database', DataFolderError],
  ])('without a code is told by its text: %s', (text, type) => {
    expect(translated(new Error(text))).toBeInstanceOf(type);
  });

  it('leaves what is none of ours', () => {
    const bug = new TypeError('a bug');
    expect(translateSqliteError(path, bug)).toBe(bug);
    expect(translateSqliteError(path, 'text')).toBe('text');
  });
});

describe('a full disk', () => {
  it('goes on by itself while the process runs, and asks for a new start at its start', () => {
    const full = translateSqliteError('log.db', driverError('disk I/O error', 4_874));
    expect(full).toMatchObject({ message: 'the disk has no room for log.db', remedy: expect.stringMatching(/by itself/) as string });
    expect(refusalToStart(full)).toMatchObject({ code: 'data.disk-full', message: 'the disk has no room for log.db', remedy: 'make room, then start again' });
    const other = new DamagedDataError('damaged');
    expect(refusalToStart(other)).toBe(other);
  });

  it('ends the start of the log and of the table with that', async () => {
    const full = translateSqliteError('some.db', driverError('disk I/O error', 4_874));
    jest.spyOn(LogFiles, 'open').mockRejectedValue(full);
    jest.spyOn(SqliteUserRepository, 'open').mockRejectedValue(full);
    for (const room of [SqliteEventBusModule.register({ dataDir: 'data' }), SqliteUserRepositoryModule.register({ dataDir: 'data', fields: [] })]) {
      await expect(Test.createTestingModule({ imports: [CLOCKS, room] }).compile()).rejects.toMatchObject({ message: 'the disk has no room for some.db', remedy: 'make room, then start again' });
    }
    jest.restoreAllMocks();
  });
});

describe('a data folder that is none', () => {
  it('is refused as configuration where a file is in its place', () => {
    const folder = join(temporaryFolder(), 'data');
    writeFileSync(folder, '');
    expect(() => SqliteFile.open(join(folder, 'log.db'))).toThrow(DataFolderError);
    expect(() => SqliteFile.open(join(folder, 'deeper', 'log.db'))).toThrow(DataFolderError);
  });

  it('is refused as configuration where a folder is in the place of the file', () => {
    const path = join(temporaryFolder(), 'log.db');
    mkdirSync(path);
    expect(() => SqliteFile.open(path)).toThrow(DataFolderError);
  });
});
