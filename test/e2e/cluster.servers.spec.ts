import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { type AppProcess, endAppProcesses } from '../support/app-process.js';
import { Cluster, handled, readinessOf, ready, totalsOf } from '../support/cluster.js';
import { eventually } from '../support/eventually.js';
import { itGiven, realCassandra, realKafka } from '../support/real-servers.js';

interface Instance {
  readonly instanceId: string;
  readonly processing?: { readonly partitions: readonly number[] } | null;
}

const run = async (app: AppProcess, count: number, rate = 0) => expect((await app.post('/api/v1/runs', { count, rate })).status).toBe(202);

async function idsOfRows(cluster: Cluster): Promise<ReadonlySet<string>> {
  return new Set((await cluster.rows()).map((row) => String(row['id'])));
}

async function partitionsByInstance(app: AppProcess): Promise<readonly (readonly number[])[]> {
  const { instances } = (await app.get<{ instances: readonly Instance[] }>('/api/v1/status')).body;
  return instances.map(({ processing }) => processing?.partitions ?? []).filter((partitions) => partitions.length > 0);
}

/** A port that nobody listens on yet, and where somebody does once `open` is called. */
async function laterAt(target: string): Promise<{ readonly address: string; open(): Promise<void>; close(): Promise<void> }> {
  const [host = '', port = ''] = target.split(':');
  const sockets = new Set<Socket>();
  const server: Server = createServer((incoming) => {
    const outgoing = connect(Number(port), host);
    for (const socket of [incoming, outgoing]) {
      sockets.add(socket);
      socket.on('error', () => undefined).on('close', () => {
        sockets.delete(socket);
        incoming.destroy();
        outgoing.destroy();
      });
    }
    incoming.pipe(outgoing).pipe(incoming);
  });
  const listen = (at: number) => new Promise<number>((resolve) => server.listen(at, '127.0.0.1', () => resolve((server.address() as AddressInfo).port)));
  const free = await listen(0);
  await new Promise((resolve) => server.close(resolve));
  return {
    address: `127.0.0.1:${free}`,
    open: async () => void (await listen(free)),
    close: async () => {
      for (const socket of sockets) socket.destroy();
      if (server.listening) await new Promise((resolve) => server.close(resolve));
    },
  };
}

describe('on Kafka and Cassandra', () => {
  let cluster: Cluster;
  beforeEach(async () => {
    cluster = await Cluster.open();
  });
  afterEach(async () => {
    await endAppProcesses();
    await cluster.close();
  });

  it('one process takes people from source to table, and goes on where it was after kill -9', async () => {
    const environment = cluster.environment({ INGEST_RATE: '400', INGEST_PAGE_SIZE: '20' });
    const first = cluster.start(environment);
    await ready(first);
    await run(first, 2_000, 400);
    await eventually(async () => expect((await totalsOf(first)).stored).toBeGreaterThan(200), { withinMs: 60_000 });
    await first.stop('SIGKILL');

    const second = cluster.start(environment);
    await eventually(async () => expect((await idsOfRows(cluster)).size).toBe(2_000), { withinMs: 60_000, everyMs: 200 });
    // A page may have been published twice; its events are the same.
    await eventually(async () => expect(await totalsOf(second)).toMatchObject({ dead: 0, inFlight: 0, balanced: true }));
    expect(await second.stop()).toEqual({ code: 0, signal: null });
  });

  it('three processes with a role each, which know each other through the log alone', async () => {
    const ingestion = cluster.start({ ROLES: 'ingestion' });
    const processing = cluster.start({ ROLES: 'processing' });
    const admin = cluster.start({ ROLES: 'admin' });
    for (const app of [ingestion, processing, admin]) await ready(app);
    await run(admin, 600);
    await handled(admin, 600);
    expect((await idsOfRows(cluster)).size).toBe(600);
    const users = await admin.get<{ items: unknown[] }>('/api/v1/users?limit=5');
    expect(users.body.items).toHaveLength(5);
    for (const app of [ingestion, processing, admin]) expect(await app.stop()).toEqual({ code: 0, signal: null });
  });

  it('two processing processes share four partitions; of one that is killed the other takes over', async () => {
    const admin = cluster.start({ ROLES: 'admin,ingestion' });
    const processing = [cluster.start({ ROLES: 'processing' }), cluster.start({ ROLES: 'processing' })];
    await eventually(async () => expect((await partitionsByInstance(admin)).map((partitions) => partitions.length)).toEqual([2, 2]), { withinMs: 90_000 });
    await run(admin, 3_000, 500);
    await eventually(async () => expect((await totalsOf(admin)).stored).toBeGreaterThan(500), { withinMs: 60_000 });
    await processing[0]?.stop('SIGKILL');
    await handled(admin, 3_000);
    expect((await idsOfRows(cluster)).size).toBe(3_000);
    await eventually(async () => expect(await partitionsByInstance(admin)).toEqual([[0, 1, 2, 3]]), { withinMs: 60_000 });
  });

  it('starts before its servers exist, says what it waits for, and works when they come', async () => {
    const [kafka, cassandra] = [await laterAt(realKafka().brokers), await laterAt(realCassandra().contactPoint)];
    try {
      const app = cluster.start({ KAFKA_BROKERS: kafka.address, CASSANDRA_CONTACT_POINTS: cassandra.address });
      await eventually(
        async () =>
          expect((await readinessOf(app)).details).toMatchObject({
            'event-bus': { status: 'down', code: 'bus.unavailable', reason: expect.stringContaining(kafka.address) as string },
            'user-repository': { status: 'down', code: 'repository.unavailable', reason: expect.stringContaining(cassandra.address) as string },
          }),
        { withinMs: 60_000 },
      );
      expect((await app.get('/health/live')).status).toBe(200);
      await kafka.open();
      await cassandra.open();
      await ready(app);
      await run(app, 40);
      await handled(app, 40);
    } finally {
      await endAppProcesses();
      await kafka.close();
      await cassandra.close();
    }
  });

  const names = (component: string, code: string, remedy: RegExp, settings: Readonly<Record<string, string>>) => async () => {
    const app = cluster.start(settings);
    const told = await eventually(
      async () => {
        const { details } = await readinessOf(app);
        expect(details[component]).toMatchObject({ status: 'down', code });
        return details[component];
      },
      { withinMs: 60_000 },
    );
    expect(told?.suggestion).toMatch(remedy);
    for (const secret of ['wrong-password']) expect(`${JSON.stringify(told)}${app.log}`).not.toContain(secret);
  };

  it('names a data centre that is not there', names('user-repository', 'repository.wrong-data-center', /CASSANDRA_LOCAL_DC/, { CASSANDRA_LOCAL_DC: 'nowhere' }));

  it('names a table whose key it cannot fill', async () => {
    await cluster.makeTable('shoe_size int PRIMARY KEY, first_name text, last_name text, email text');
    await names('user-repository', 'repository.table-unusable', /CASSANDRA_TABLE/, {})();
  });

  itGiven(realKafka(), ['saslPlaintext'], 'names a login that Kafka refuses', async ({ saslPlaintext }) => {
    await names('event-bus', 'bus.login-refused', /KAFKA_SASL/, { KAFKA_BROKERS: saslPlaintext, KAFKA_SASL_MECHANISM: 'plain', KAFKA_SASL_USERNAME: 'plain-user', KAFKA_SASL_PASSWORD: 'wrong-password' })();
  });

  itGiven(realKafka(), ['ssl'], 'names a certificate that is not trusted', async ({ ssl }) => {
    await names('event-bus', 'bus.certificate', /KAFKA_SSL_CA/, { KAFKA_BROKERS: ssl, KAFKA_SSL: 'true' })();
  });

  itGiven(realKafka(), ['saslSsl', 'caFile', 'users'], 'works with login and TLS on both sides', async ({ saslSsl, caFile, users }) => {
    const { caFile: cassandraCa } = realCassandra();
    const app = cluster.start({
      KAFKA_BROKERS: saslSsl,
      KAFKA_SSL: 'true',
      KAFKA_SSL_CA_FILE: caFile,
      KAFKA_SASL_MECHANISM: 'scram-sha-512',
      KAFKA_SASL_USERNAME: users.scram[0],
      KAFKA_SASL_PASSWORD: users.scram[1],
      ...(cassandraCa === undefined ? {} : { CASSANDRA_SSL: 'true', CASSANDRA_SSL_CA_FILE: cassandraCa }),
    });
    await ready(app);
    await run(app, 40);
    await handled(app, 40);
  });
});
