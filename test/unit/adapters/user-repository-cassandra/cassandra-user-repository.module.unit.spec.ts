import { createServer, type AddressInfo, type Socket } from 'node:net';
import { ConsoleLogger, Injectable, Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { type CassandraUserRepositoryOptions } from '../../../../src/adapters/user-repository-cassandra/cassandra-user-repository.options.js';
import { CassandraUserRepositoryModule } from '../../../../src/adapters/user-repository-cassandra/cassandra-user-repository.module.js';
import { CassandraUserRepositoryProbe } from '../../../../src/adapters/user-repository-cassandra/cassandra-user-repository.probe.js';
import { UnusableNameError } from '../../../../src/adapters/user-repository-cassandra/identifiers.js';
import { SystemClockModule } from '../../../../src/adapters/clock-system/system-clock.module.js';
import { RepositoryUnavailableError, UserRepository } from '../../../../src/ports/user-repository.port.js';
import { aReceivedUserCreated } from '../../../support/builders.js';
import { eventually } from '../../../support/eventually.js';

@Injectable()
class SomeUseCase {
  constructor(readonly repository: UserRepository, readonly probe: CassandraUserRepositoryProbe) {}
}

@Module({ providers: [SomeUseCase] })
class SomeModule {}

const given: CassandraUserRepositoryOptions = { contactPoints: ['127.0.0.1:1'], localDataCenter: 'dc1', keyspace: 'k', table: 't', username: 'u', password: 'hunter2', ssl: null, consistency: 'LOCAL_QUORUM', replication: null, emailIndex: 'sai', fields: [] };
const compile = (options: Partial<CassandraUserRepositoryOptions> = {}) =>
  Test.createTestingModule({ imports: [SystemClockModule, CassandraUserRepositoryModule.register({ ...given, ...options }), SomeModule] }).setLogger(new ConsoleLogger({ logLevels: [] })).compile();

describe('CassandraUserRepositoryModule', () => {
  it('lets the app start without a server, says what it waits for, and refuses to work meanwhile', async () => {
    const app = await compile();
    const { repository, probe } = app.get(SomeUseCase);
    try {
      expect(() => repository.identity).toThrow(RepositoryUnavailableError);
      for (const call of [repository.saveAll([aReceivedUserCreated()]), repository.find({ id: 'x' }), repository.list({ cursor: null, limit: 1 })]) await expect(call).rejects.toBeInstanceOf(RepositoryUnavailableError);
      await eventually(async () => {
        const health = await probe.check();
        expect(health).toMatchObject({ name: 'user-repository', status: 'down', code: 'repository.unavailable', suggestion: expect.stringContaining('CASSANDRA_CONTACT_POINTS') as string });
        expect(health.reason).toMatch(/127\.0\.0\.1:1 \(ECONNREFUSED\)/);
        expect(JSON.stringify(health)).not.toContain('hunter2');
      });
    } finally {
      await app.close();
    }
    await expect(repository.saveAll([aReceivedUserCreated()])).rejects.toThrow(/stopping/);
  });

  it('answers within a second, and closes, while a server takes connections and says nothing', async () => {
    const sockets: Socket[] = [];
    const silent = createServer((socket) => sockets.push(socket));
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const app = await compile({ contactPoints: [`127.0.0.1:${(silent.address() as AddressInfo).port}`], requestTimeoutMs: 300 });
    const started = performance.now();
    expect(await app.get(SomeUseCase).probe.check()).toMatchObject({ status: 'down', code: 'repository.unavailable' });
    expect(performance.now() - started).toBeLessThan(1_000);
    await eventually(async () => {
      const health = await app.get(SomeUseCase).probe.check();
      expect(health).toMatchObject({ code: 'repository.unavailable', suggestion: expect.stringContaining('CASSANDRA_CONTACT_POINTS') as string });
      expect(health.reason).toMatch(/away: 127\.0\.0\.1:\d+ does not answer; the port may be wrong, or closed by a firewall/);
    });
    await app.close();
    for (const socket of sockets) socket.destroy();
    silent.close();
  });

  it('ends the start on settings that can be no names', async () => {
    await expect(compile({ table: 'a; DROP' })).rejects.toBeInstanceOf(UnusableNameError);
    await expect(compile({ fields: ['a"b'] })).rejects.toBeInstanceOf(UnusableNameError);
  });
});
