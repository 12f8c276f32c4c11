import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Injectable, Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { SystemClockModule } from '../../../../src/adapters/clock-system/system-clock.module.js';
import { SqliteUserRepositoryModule } from '../../../../src/adapters/user-repository-sqlite/sqlite-user-repository.module.js';
import { SqliteUserRepositoryProbe } from '../../../../src/adapters/user-repository-sqlite/sqlite-user-repository.probe.js';
import { DamagedDataError } from '../../../../src/domain/errors.js';
import { CORE_FIELDS } from '../../../../src/domain/user.js';
import { UserRepository } from '../../../../src/ports/user-repository.port.js';
import { aReceivedUserCreated } from '../../../support/builders.js';
import { temporaryFolder } from '../../../support/temporary-folder.js';

@Injectable()
class SomeUseCase {
  constructor(readonly repository: UserRepository, readonly probe: SqliteUserRepositoryProbe) {}
}

@Module({ providers: [SomeUseCase] })
class SomeModule {}

const compile = (dataDir: string) =>
  Test.createTestingModule({ imports: [SystemClockModule, SqliteUserRepositoryModule.register({ dataDir, fields: CORE_FIELDS }), SomeModule] }).compile();

describe('SqliteUserRepositoryModule', () => {
  it('gives port and probe to every module, and closes the file with the app', async () => {
    const app = await compile(temporaryFolder());
    const { repository, probe } = app.get(SomeUseCase);
    const event = aReceivedUserCreated();

    await repository.saveAll([event]);
    expect((await repository.find({ id: event.user.id }))?.fields).toEqual(event.user.fields);
    expect(await probe.check()).toMatchObject({ name: 'user-repository', status: 'up' });

    await app.close();
    await expect(repository.find({ id: event.user.id })).rejects.toThrow();
    expect(await probe.check()).toMatchObject({ status: 'down' });
  });

  it('ends the start on a damaged file', async () => {
    const dataDir = temporaryFolder();
    writeFileSync(join(dataDir, 'table.db'), 'x'.repeat(5_000));
    await expect(compile(dataDir)).rejects.toBeInstanceOf(DamagedDataError);
  });
});
