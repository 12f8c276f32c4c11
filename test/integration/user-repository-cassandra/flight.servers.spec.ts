import { randomUUID } from 'node:crypto';
import cassandra, { type Client } from 'cassandra-driver';
import { Logger } from '@nestjs/common';
import { SystemClock } from '../../../src/adapters/clock-system/system-clock.js';
import { newClient } from '../../../src/adapters/user-repository-cassandra/new-client.js';
import { OpenTable } from '../../../src/adapters/user-repository-cassandra/open-table.js';
import { SaveUsers } from '../../../src/adapters/user-repository-cassandra/save-users.js';
import { TableSession } from '../../../src/adapters/user-repository-cassandra/table-session.js';
import { CORE_FIELDS } from '../../../src/domain/user.js';
import { type ReceivedUserCreated } from '../../../src/domain/user-created.js';
import { aReceivedUserCreated } from '../../support/builders.js';
import { CassandraKeyspace, optionsFor } from '../../support/cassandra-table.js';
import { realCassandra } from '../../support/real-servers.js';

Logger.overrideLogger(false);

type Batch = (queries: { query: string; params: unknown[] }[], options: { routingKey?: Buffer; logged?: boolean; isIdempotent?: boolean; prepare?: boolean; consistency?: number }) => Promise<unknown>;
const refusal = (code: keyof typeof cassandra.types.responseErrorCodes) => new cassandra.errors.ResponseError(cassandra.types.responseErrorCodes[code], code);
const clock = new SystemClock();

let keyspace: CassandraKeyspace;
beforeAll(async () => {
  keyspace = await CassandraKeyspace.make();
});
afterAll(() => keyspace.drop());

/** The inside of the adapter on the real server, with every batch that it sends passing by `instead`. */
describe('what is sent', () => {
  let client: Client;
  let session: TableSession;
  let save: SaveUsers;
  let instead: (send: Batch, ...given: Parameters<Batch>) => Promise<unknown>;

  beforeEach(async () => {
    instead = (send, queries, options) => send(queries, options);
    const options = optionsFor(keyspace, keyspace.newName(), realCassandra().contactPoint);
    client = newClient(options);
    await client.connect();
    session = new TableSession(client, await new OpenTable(client, options, CORE_FIELDS, clock).execute(), options, clock);
    save = new SaveUsers(session, clock);
    const send = client.batch.bind(client) as Batch;
    Object.assign(client, { batch: (...given: Parameters<Batch>) => instead(send, ...given) });
  });
  afterEach(() => client.shutdown());

  const people = (count: number, fields?: Record<string, string>): ReceivedUserCreated[] =>
    Array.from({ length: count }, (_, offset) => aReceivedUserCreated({ runId: randomUUID(), offset, ...(fields === undefined ? {} : { fields }) }));
  const storedIds = async () => {
    const { rows } = await client.execute(`SELECT id FROM ${keyspace.name}.t${tables()}`, [], { prepare: true, fetchSize: 50_000 });
    return new Set(rows.map((row) => String(row.get('id'))));
  };
  const tables = () => session.shape.name.table.slice(1);
  const idsOf = (events: readonly ReceivedUserCreated[]) => new Set(events.map(({ user }) => user.id));

  it('is unlogged, idempotent and prepared, at the consistency that is set, for the nodes that keep its rows', async () => {
    const seen: Parameters<Batch>[] = [];
    instead = (send, ...given) => {
      seen.push(given);
      return send(...given);
    };
    const events = people(2);
    await save.execute(events);
    expect(seen).toHaveLength(1);
    expect(seen[0]?.[1]).toMatchObject({ logged: false, isIdempotent: true, prepare: true, consistency: cassandra.types.consistencies.localQuorum });
    expect(seen[0]?.[1].routingKey?.toString('hex')).toBe(events[0]?.user.id.replaceAll('-', ''));
    expect(seen[0]?.[0][0]?.query).toMatch(/USING TIMESTAMP \?$/);
  });

  it('is fifty rows at once, fewer where they are large, and never more than 256 batches under way', async () => {
    const sizes: number[] = [];
    let [flying, most] = [0, 0];
    instead = async (send, queries, options) => {
      sizes.push(queries.length);
      flying += 1;
      most = Math.max(most, flying);
      try {
        return await send(queries, options);
      } finally {
        flying -= 1;
      }
    };
    await save.execute(people(1_000));
    expect(sizes).toEqual(Array(20).fill(50));

    sizes.length = 0;
    await save.execute(people(40, { first_name: 'A'.repeat(1_000), last_name: 'L'.repeat(1_000), email: 'e@example.com' }));
    expect(Math.max(...sizes)).toBeLessThanOrEqual(8);

    const events = people(30_000);
    await Promise.all(Array.from({ length: 30 }, (_, call) => save.execute(events.slice(call * 1_000, (call + 1) * 1_000))));
    expect(most).toBeLessThanOrEqual(256);
    expect(most).toBeGreaterThanOrEqual(16);
  });

  it('is sent again, less at once, when the server is overloaded: unknown is not failed', async () => {
    const events = people(3_000);
    let left = 40;
    instead = async (send, queries, options) => {
      left -= 1;
      if (left >= 0 && left % 4 === 0) throw refusal('overloaded');
      const result = await send(queries, options);
      // Written, and yet we are told that nobody knows.
      if (left >= 0 && left % 4 === 2) throw refusal('writeTimeout');
      return result;
    };
    const before = session.flight.width;
    await expect(save.execute(events)).resolves.toEqual([]);
    expect(session.flight.width).toBeLessThan(before);
    expect(await storedIds()).toEqual(idsOf(events));
  });

  it('stops at a failure that lasts, after which the same events go in', async () => {
    const events = people(2_000);
    let sent = 0;
    instead = async (send, queries, options) => {
      sent += 1;
      if (sent > 5) throw refusal('writeTimeout');
      return send(queries, options);
    };
    await expect(save.execute(events)).rejects.toThrow('writeTimeout');
    expect(sent).toBeLessThan(40 * 3);

    instead = (send, queries, options) => send(queries, options);
    await expect(save.execute(events)).resolves.toEqual([]);
    expect(await storedIds()).toEqual(idsOf(events));
  });

  it('is looked at first once its last writing is in doubt', async () => {
    const [event] = people(1);
    const other = aReceivedUserCreated({ userId: event?.user.id ?? '', timeMicros: event?.timeMicros ?? 0, partition: 1, runId: randomUUID(), fields: { first_name: 'A', last_name: 'M', email: 'a' } });
    const [filler] = people(1);
    if (event === undefined || filler === undefined) throw new Error('two people');
    instead = async (send, queries, options) => {
      await send(queries, options);
      throw refusal('unavailableException');
    };
    await expect(save.execute([other, filler])).rejects.toThrow();

    instead = (send, queries, options) => send(queries, options);
    await save.execute([event, filler]);
    const { rows } = await client.execute(session.statements.byKey, [event.user.id], { prepare: true });
    expect(rows[0]).toMatchObject({ ...other.user.fields, src_partition: 1 });
  });

  it('ends with the signal: what is under way is finished, nothing more begins', async () => {
    const stop = new AbortController();
    let sent = 0;
    instead = async (send, queries, options) => {
      sent += 1;
      if (sent === 3) stop.abort(new Error('no more'));
      return send(queries, options);
    };
    await expect(save.execute(people(20_000), stop.signal)).rejects.toThrow('no more');
    expect(sent).toBeLessThanOrEqual(40);
  });
});
