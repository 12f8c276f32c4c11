import { readFileSync } from 'node:fs';
import cassandra from 'cassandra-driver';
import { Logger } from '@nestjs/common';
import { startCassandra } from '../../../scripts/servers/cassandra.mjs';
import { SystemClock } from '../../../src/adapters/clock-system/system-clock.js';
import { type CassandraUserRepositoryOptions } from '../../../src/adapters/user-repository-cassandra/cassandra-user-repository.options.js';
import { CassandraUserRepositoryProbe } from '../../../src/adapters/user-repository-cassandra/cassandra-user-repository.probe.js';
import { CassandraUserRepository } from '../../../src/adapters/user-repository-cassandra/cassandra-user-repository.js';
import { RepositoryUnavailableError } from '../../../src/ports/user-repository.port.js';
import { describeHealthProbe } from '../../contracts/health-probe.contract.js';
import { aReceivedUserCreated } from '../../support/builders.js';
import { CassandraKeyspace, CassandraTable, isOpen, optionsFor } from '../../support/cassandra-table.js';
import { eventually } from '../../support/eventually.js';
import { itGiven, realCassandra } from '../../support/real-servers.js';
import { TcpProxy } from '../../support/tcp-proxy.js';

Logger.overrideLogger(false);

const clock = new SystemClock();
const opened: { onApplicationShutdown(): Promise<void> }[] = [];
const open = (options: CassandraUserRepositoryOptions) => {
  const repository = new CassandraUserRepository(options, clock);
  opened.push(repository);
  return repository;
};
const check = (repository: CassandraUserRepository) => new CassandraUserRepositoryProbe(repository, clock).check();
/** What the probe must say, soon. */
const says = (repository: CassandraUserRepository, expected: object) => eventually(async () => expect(await check(repository)).toMatchObject({ name: 'user-repository', ...expected }), { withinMs: 60_000 });
const text = (pattern: RegExp) => expect.stringMatching(pattern) as string;

let keyspace: CassandraKeyspace;
beforeAll(async () => {
  keyspace = await CassandraKeyspace.make();
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((repository) => repository.onApplicationShutdown()));
});
afterAll(() => keyspace.drop());

describe('on the way to the table', () => {
  it('waits for a server that comes later, and works then', async () => {
    const proxy = await TcpProxy.to(realCassandra().contactPoint);
    proxy.cut();
    const repository = open(optionsFor(keyspace, keyspace.newName(), proxy.address, { requestTimeoutMs: 500 }));
    await says(repository, { status: 'down', code: 'repository.unavailable', reason: text(/127\.0\.0\.1/), suggestion: text(/CASSANDRA_CONTACT_POINTS/) });
    await expect(repository.saveAll([aReceivedUserCreated()])).rejects.toBeInstanceOf(RepositoryUnavailableError);

    proxy.mend();
    await says(repository, { status: 'up' });
    await repository.saveAll([aReceivedUserCreated()]);
    await repository.onApplicationShutdown();
    await proxy.close();
  });

  it('names a wrong data centre, and those that there are', async () => {
    const repository = open(optionsFor(keyspace, keyspace.newName(), realCassandra().contactPoint, { localDataCenter: 'dc9' }));
    await says(repository, { status: 'down', code: 'repository.wrong-data-center', reason: text(new RegExp(`dc9.*${realCassandra().localDataCenter}`)), suggestion: text(/CASSANDRA_LOCAL_DC/) });
    await expect(repository.saveAll([aReceivedUserCreated()])).rejects.toThrow(/dc9/);
  });

  itGiven(realCassandra(), ['caFile'], 'speaks TLS with an authority that is set, and names a certificate that it does not trust', async ({ contactPoint, caFile }) => {
    const ca = readFileSync(caFile, 'utf8');
    const name = keyspace.newName();
    const trusting = open(optionsFor(keyspace, name, contactPoint, { ssl: { ca, cert: null, key: null } }));
    await isOpen(trusting);
    const event = aReceivedUserCreated();
    await trusting.saveAll([event]);
    expect((await trusting.find({ id: event.user.id }))?.fields).toEqual(event.user.fields);

    for (const ssl of [{ ca: null, cert: null, key: null }, { ca: 'no PEM', cert: null, key: null }]) {
      await says(open(optionsFor(keyspace, name, contactPoint, { ssl })), { status: 'down', code: 'repository.certificate', suggestion: text(/CASSANDRA_SSL_CA/) });
    }
  });

  it('is gone again and again, and no connection stays behind', async () => {
    const table = await CassandraTable.open(keyspace, keyspace.newName(), { requestTimeoutMs: 500 });
    const before = table.proxy.connections;
    for (let time = 0; time < 3; time += 1) {
      const bringBack = await table.takeAway();
      await expect(table.repository.saveAll([aReceivedUserCreated()])).rejects.toBeInstanceOf(RepositoryUnavailableError);
      await bringBack();
    }
    await eventually(() => expect(table.proxy.connections).toBeLessThanOrEqual(before + 1));
    await table.repository.onApplicationShutdown();
    await eventually(() => expect(table.proxy.connections).toBe(0));
    await table.close();
  });

  it('gives a silent server up in bounded time, and stores the same events once it speaks', async () => {
    const table = await CassandraTable.open(keyspace, keyspace.newName(), { requestTimeoutMs: 500 });
    const event = aReceivedUserCreated();
    table.proxy.goSilent();
    const started = performance.now();
    await expect(table.repository.saveAll([event])).rejects.toBeInstanceOf(RepositoryUnavailableError);
    expect(performance.now() - started).toBeLessThan(15_000);
    expect(await check(table.repository)).toMatchObject({ status: 'down', code: 'repository.unavailable' });

    table.proxy.mend();
    await eventually(() => table.repository.saveAll([event]), { withinMs: 60_000 });
    await says(table.repository, { status: 'up' });
    await table.close();
  });

  it('finishes what is under way before it closes', async () => {
    const table = await CassandraTable.open(keyspace, keyspace.newName());
    table.proxy.delay(200);
    const event = aReceivedUserCreated();
    const saving = table.repository.saveAll([event]);
    await table.repository.onApplicationShutdown();
    await expect(saving).resolves.toEqual({ rejected: [] });
    await expect(table.repository.saveAll([event])).rejects.toThrow(/stopping/);
    await table.close();
  });
});

describe('a cluster that asks who we are', () => {
  let node: Awaited<ReturnType<typeof startCassandra>>;
  let admin: cassandra.Client;
  const optionsOf = (given: Partial<CassandraUserRepositoryOptions>) => optionsFor({ name: 'people' }, 'created_users', node.contactPoint, { localDataCenter: node.localDataCenter, ...given });

  beforeAll(async () => {
    node = await startCassandra({ authenticator: 'PasswordAuthenticator', heap: '512m' });
    const [username, password] = node.login ?? ['', ''];
    admin = new cassandra.Client({ contactPoints: [node.contactPoint], localDataCenter: node.localDataCenter, authProvider: new cassandra.auth.PlainTextAuthProvider(username ?? '', password ?? '') });
    await admin.execute("CREATE ROLE ada WITH PASSWORD = 'countess' AND LOGIN = true");
  });
  afterAll(async () => {
    await admin?.shutdown();
    await node?.stop();
  });

  it('refuses one without a login, and one with a wrong password: named at once, without either', async () => {
    for (const [login, reason] of [[{ username: null, password: null }, /asks for a login/], [{ username: 'ada', password: 'wrong-secret' }, /refuses the login/]] as const) {
      const repository = open(optionsOf(login));
      await says(repository, { status: 'down', code: 'repository.login-refused', reason: text(reason), suggestion: text(/CASSANDRA_USERNAME/) });
      expect(JSON.stringify(await check(repository))).not.toMatch(/wrong-secret|\bada\b/);
      await expect(repository.saveAll([aReceivedUserCreated()])).rejects.toBeInstanceOf(RepositoryUnavailableError);
    }
  });

  it('names what is not permitted, and works once it is granted', async () => {
    const repository = open(optionsOf({ username: 'ada', password: 'countess' }));
    await says(repository, { status: 'down', code: 'repository.not-permitted', reason: text(/CREATE permission/), suggestion: text(/grant/) });

    await admin.execute("CREATE KEYSPACE people WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}");
    await admin.execute('CREATE TABLE people.created_users (id uuid PRIMARY KEY, first_name text, last_name text, email text)');
    await admin.execute('GRANT SELECT ON people.created_users TO ada');
    await says(repository, { status: 'up' });
    const event = aReceivedUserCreated();
    await expect(repository.saveAll([event])).rejects.toThrow(/MODIFY/);
    await says(repository, { status: 'down', code: 'repository.not-permitted' });

    await admin.execute('GRANT MODIFY ON people.created_users TO ada');
    await eventually(() => repository.saveAll([event]), { withinMs: 60_000 });
    await says(repository, { status: 'up' });
  });
});

describeHealthProbe('the table in Cassandra', 'user-repository', async () => {
  const table = await CassandraTable.open(keyspace, keyspace.newName(), { requestTimeoutMs: 500 });
  const { repository } = table;
  let bringBack = async () => {};
  return {
    probe: new CassandraUserRepositoryProbe(repository, clock),
    breakages: [
      {
        what: 'a server that is gone',
        status: 'down',
        code: 'repository.unavailable',
        names: /away/,
        cause: async () => {
          bringBack = await table.takeAway();
        },
        mend: () => bringBack(),
      },
      {
        what: 'a server that says nothing',
        status: 'down',
        code: 'repository.unavailable',
        names: /in time|away/,
        cause: async () => table.proxy.goSilent(),
        mend: async () => {
          table.proxy.mend();
          await eventually(() => repository.list({ cursor: null, limit: 1 }), { withinMs: 60_000 });
        },
      },
    ],
    close: () => table.close(),
  };
});
