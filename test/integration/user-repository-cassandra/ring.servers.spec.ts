import { randomUUID } from 'node:crypto';
import { createServer, type AddressInfo } from 'node:net';
import { type Client, type types } from 'cassandra-driver';
import { Logger } from '@nestjs/common';
import { startCassandra, type CassandraNode } from '../../../scripts/servers/cassandra.mjs';
import { SystemClock } from '../../../src/adapters/clock-system/system-clock.js';
import { CassandraUserRepository } from '../../../src/adapters/user-repository-cassandra/cassandra-user-repository.js';
import { closeClient, newClient } from '../../../src/adapters/user-repository-cassandra/new-client.js';
import { OpenTable } from '../../../src/adapters/user-repository-cassandra/open-table.js';
import { SaveUsers } from '../../../src/adapters/user-repository-cassandra/save-users.js';
import { TableSession } from '../../../src/adapters/user-repository-cassandra/table-session.js';
import { CORE_FIELDS } from '../../../src/domain/user.js';
import { RepositoryUnavailableError } from '../../../src/ports/user-repository.port.js';
import { aReceivedUserCreated } from '../../support/builders.js';
import { isOpen, optionsFor } from '../../support/cassandra-table.js';
import { eventually } from '../../support/eventually.js';

Logger.overrideLogger(false);

const clock = new SystemClock();
const people = (count: number) => Array.from({ length: count }, () => aReceivedUserCreated({ runId: randomUUID() }));

/** Two nodes on another port than 9042, which only the first is named with. */
describe('on a ring', () => {
  let nodes: CassandraNode[];

  beforeAll(async () => {
    const clusterName = `ring-${randomUUID()}`;
    const first = await startCassandra({ clusterName, heap: '512m' });
    nodes = [first];
    const { native, storage } = first.ports;
    nodes.push(await startCassandra({ address: '127.0.0.2', clusterName, heap: '512m', seeds: [`127.0.0.1:${storage}`], ports: { native, storage, jmx: await freePort() } }));
  });
  afterAll(async () => {
    await Promise.all((nodes ?? []).map((node) => node.stop()));
  });

  const optionsOf = (keyspace: string, replication: string | null) =>
    optionsFor({ name: keyspace }, 'people', nodes[0]?.contactPoint ?? '', { localDataCenter: nodes[0]?.localDataCenter ?? '', replication, emailIndex: 'none', requestTimeoutMs: 3_000 });

  it('sends a batch to a node that keeps all of its rows', async () => {
    const options = optionsOf('one_replica', '1');
    const client = newClient(options);
    try {
      await client.connect();
      const session = new TableSession(client, await new OpenTable(client, options, CORE_FIELDS, clock).execute(), options, clock);
      await eventually(() => expect(client.metadata.keyspaces['one_replica']).toBeDefined());
      const sent = watchBatches(client);
      const events = people(2_000);
      await new SaveUsers(session, clock).execute(events);

      expect(sent.map(({ rows }) => rows).reduce((sum, rows) => sum + rows, 0)).toBe(events.length);
      expect(new Set(sent.flatMap(({ replicas }) => replicas)).size).toBe(2);
      for (const { replicas, coordinator } of sent) expect(replicas).toEqual([coordinator]);
    } finally {
      await closeClient(client);
    }
  });

  it('makes a keyspace with as many replicas as there are nodes', async () => {
    const repository = new CassandraUserRepository(optionsOf('all_nodes', null), clock);
    await isOpen(repository);
    const event = aReceivedUserCreated();
    await repository.saveAll([event]);
    await repository.onApplicationShutdown();

    const client = newClient(optionsOf('all_nodes', null));
    const { rows } = await client.execute("SELECT replication FROM system_schema.keyspaces WHERE keyspace_name = 'all_nodes'");
    expect(rows[0]?.get('replication')).toMatchObject({ datacenter1: '2' });
    await closeClient(client);
  });

  it('loses no row to a node that dies: too few replicas is unknown, not failed, and the same rows go in later', async () => {
    const repository = new CassandraUserRepository(optionsOf('one_replica', '1'), clock);
    await isOpen(repository);
    const events = people(500);
    await nodes[1]?.kill();

    await expect(repository.saveAll(events)).rejects.toBeInstanceOf(RepositoryUnavailableError);

    await nodes[1]?.restart();
    await eventually(async () => expect(await repository.saveAll(events)).toEqual({ rejected: [] }), { withinMs: 90_000, everyMs: 500 });
    const rows = await repository.findAll(events.map(({ user }) => ({ id: user.id })));
    expect(rows.filter((row) => row === null)).toEqual([]);
    await repository.onApplicationShutdown();
  });
});

/** Each batch's nodes: those that keep its rows, and the one that it was sent to. */
function watchBatches(client: Client): { rows: number; replicas: string[]; coordinator: string }[] {
  type Batch = (queries: { params: unknown[] }[], options: object) => Promise<types.ResultSet>;
  const sent: { rows: number; replicas: string[]; coordinator: string }[] = [];
  const send = client.batch.bind(client) as Batch;
  const batch: Batch = async (queries, options) => {
    const result = await send(queries, options);
    const keys = queries.map(({ params }) => Buffer.from(String(params[0]).replaceAll('-', ''), 'hex'));
    const replicas = new Set(keys.flatMap((key) => client.getReplicas('one_replica', key).map(({ address }) => address)));
    sent.push({ rows: queries.length, replicas: [...replicas], coordinator: result.info.queriedHost });
    return result;
  };
  Object.assign(client, { batch });
  return sent;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
