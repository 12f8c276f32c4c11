import { randomUUID } from 'node:crypto';
import kafkajs from 'kafkajs';
import { endAppProcesses } from '../support/app-process.js';
import { Cluster, handled, ready, totalsOf } from '../support/cluster.js';
import { eventually } from '../support/eventually.js';
import { consumeLines, kafkaTool, produceLines } from '../support/kafka-tools.js';
import { itGiven, realKafka } from '../support/real-servers.js';

interface DeadLetters {
  readonly items: readonly { readonly reason: string; readonly size: number; readonly truncated: boolean }[];
}

const TUTORIAL_COLUMNS = `id uuid PRIMARY KEY, first_name text, last_name text, gender text, address text, post_code text,
  email text, username text, registered_date text, phone text, picture text`;

const threeFields = (index: number) => ({ first_name: `Ada ${index}`, last_name: `Lovelace ${index}`, email: `ada.${index}@example.com` });
const twelveFields = (index: number) => ({
  id: randomUUID(),
  ...threeFields(index),
  gender: 'female',
  address: `${index} St James's Square, London, England, United Kingdom`,
  post_code: index % 2 === 0 ? 10_000 + index : `SW1Y ${index}`,
  username: `ada${index}`,
  dob: '1815-12-10T12:00:00.000Z',
  registered_date: '1833-06-05T18:00:00.000Z',
  phone: `0171 ${index}`,
  picture: `https://example.com/portraits/${index}.jpg`,
});
const people = (count: number) => Array.from({ length: count }, (_, index) => threeFields(index));
const lines = (values: readonly object[]) => values.map((value) => JSON.stringify(value));

const given = (name: string, body: () => Promise<void>) => itGiven(realKafka(), ['classPath'], name, body);

/** The old stack's halves beside ours: its producer and its tables, and what reads its topic. */
describe('beside the old stack', () => {
  let cluster: Cluster;
  beforeEach(async () => {
    cluster = await Cluster.open();
  });
  afterEach(async () => {
    await endAppProcesses();
    await cluster.close();
  });

  given('three fields from a console producer fill a table keyed by (last_name, email), which stays as it is; a warning says that namesakes share a row', async () => {
    await cluster.makeTable('first_name text, last_name text, email text, PRIMARY KEY (last_name, email)');
    const before = await cluster.columns();
    const app = cluster.start();
    await ready(app);
    await produceLines(cluster.topic, lines(people(50)));

    await handled(app, 50);
    expect(new Set((await cluster.rows()).map((row) => `${row['first_name']}|${row['last_name']}|${row['email']}`))).toEqual(
      new Set(people(50).map((person) => `${person.first_name}|${person.last_name}|${person.email}`)),
    );
    expect(await cluster.columns()).toEqual(before);
    expect(app.log).toMatch(/share one row/);
    const byId = await app.get<{ status: number }>(`/api/v1/users/${randomUUID()}`);
    expect(byId.status).toBe(409);
    const byEmail = await app.get<{ detail: string }>('/api/v1/users?email=ada.1%40example.com');
    expect(byEmail.status).toBe(501);
  });

  given('three fields from a console producer fill a table of id and three columns', async () => {
    await cluster.makeTable('id uuid PRIMARY KEY, first_name text, last_name text, email text');
    const before = await cluster.columns();
    const app = cluster.start();
    await ready(app);
    await produceLines(cluster.topic, lines(people(50)));

    await handled(app, 50);
    const rows = await cluster.rows();
    expect(new Set(rows.map((row) => row['email'] as string))).toEqual(new Set(people(50).map(({ email }) => email)));
    expect(new Set(rows.map((row) => String(row['id']))).size).toBe(50);
    expect(await cluster.columns()).toEqual(before);
  });

  given('twelve fields with an id keep every column of the copied tutorial\'s table, and a second pass adds no row', async () => {
    await cluster.makeTable(TUTORIAL_COLUMNS);
    const before = await cluster.columns();
    const users = Array.from({ length: 30 }, (_, index) => twelveFields(index));
    const app = cluster.start({ USER_FIELDS: 'tutorial' });
    await ready(app);
    await produceLines(cluster.topic, lines(users));
    await handled(app, 30);
    await produceLines(cluster.topic, lines(users));
    await handled(app, 60);

    const columns = Object.keys(twelveFields(0)).filter((field) => field !== 'dob');
    const rowOf = (row: { get(name: string): unknown }) => columns.map((column) => String(row.get(column))).join('|');
    const rows = await cluster.rows();
    expect(rows).toHaveLength(30);
    expect(new Set(rows.map(rowOf))).toEqual(new Set(users.map((user) => rowOf({ get: (name) => user[name as keyof typeof user] }))));
    expect(await cluster.columns()).toEqual(before);
  });

  given('what we publish is exactly the three-field JSON to a console consumer', async () => {
    const app = cluster.start();
    await ready(app);
    expect((await app.post('/api/v1/runs', { count: 40, rate: 0 })).status).toBe(202);
    await handled(app, 40);

    const printed = await consumeLines(cluster.topic, 40);
    expect(printed).toHaveLength(40);
    for (const line of printed) {
      const value = JSON.parse(line) as Record<string, string>;
      expect(line).toBe(JSON.stringify({ first_name: value['first_name'], last_name: value['last_name'], email: value['email'] }));
    }
    expect(new Set(printed.map((line) => (JSON.parse(line) as { email: string }).email))).toEqual(new Set((await cluster.rows()).map((row) => row['email'] as string)));
  });

  given('ordinary group tools see our lag', async () => {
    const produceKeyed = (count: number) => produceLines(cluster.topic, lines(people(count)).map((line, index) => `${index}\t${line}`), ['--reader-property', 'parse.key=true']);
    const app = cluster.start();
    await ready(app);
    await produceKeyed(40);
    await handled(app, 40);
    await app.post('/api/v1/processing/pause', { reason: 'to have some lag' });
    await produceKeyed(10);

    const described = await kafkaTool('groups', ['--describe', '--group', cluster.pipeline]);
    const rows = described.split('\n').filter((line) => line.includes(cluster.topic)).map((line) => line.trim().split(/\s+/));
    const [current, end, lag] = [3, 4, 5].map((column) => rows.reduce((sum, row) => sum + Number(row[column]), 0));
    expect({ partitions: rows.length, current, end, lag }).toEqual({ partitions: 4, current: 40, end: 50, lag: 10 });
    expect(await totalsOf(app)).toMatchObject({ stored: 40, inFlight: 10 });
  });

  it('a transactional producer with aborted transactions in between: the rest is stored and the lag reaches 0', async () => {
    const app = cluster.start();
    await ready(app);
    const kafka = new kafkajs.Kafka({ clientId: 'transactional', brokers: [realKafka().brokers], logLevel: kafkajs.logLevel.NOTHING });
    const producer = kafka.producer({ transactionalId: cluster.pipeline, maxInFlightRequests: 1, idempotent: true, allowAutoTopicCreation: false });
    await producer.connect();
    for (let index = 0; index < 12; index += 1) {
      const transaction = await producer.transaction();
      const messages = [0, 1, 2].map((place) => ({ key: String(place), value: JSON.stringify(threeFields(index * 3 + place)) }));
      await transaction.send({ topic: cluster.topic, messages });
      if (index % 3 === 0 || index === 11) await transaction.abort();
      else await transaction.commit();
    }
    await producer.disconnect();

    const kept = people(36).filter((_, place) => Math.floor(place / 3) % 3 !== 0 && Math.floor(place / 3) !== 11);
    await eventually(async () => expect(await totalsOf(app)).toMatchObject({ stored: kept.length, dead: 0, inFlight: 0, balanced: true }), { withinMs: 60_000 });
    expect(new Set((await cluster.rows()).map((row) => row['email'] as string))).toEqual(new Set(kept.map(({ email }) => email)));
  });

  given('malformed and oversized messages become dead letters with their reasons, and the rest is stored', async () => {
    await kafkaTool('topics', ['--create', '--topic', cluster.topic, '--partitions', '2', '--config', 'max.message.bytes=3000000']);
    const app = cluster.start();
    await ready(app);
    const malformed = ['{"first_name":', '42', 'null', '[]', '{"first_name":"A","last_name":"B"}'];
    const long = `{"first_name":"${'x'.repeat(2_000)}","last_name":"B","email":"c@example.com"}`;
    const oversized = `{"first_name":"A","last_name":"B","email":"d@example.com","more":"${'y'.repeat(2_000_000)}"`;
    const poison = [...malformed, long, oversized];
    const sent = lines(people(30)).flatMap((line, index) => (index < poison.length ? [poison[index] as string, line] : [line]));
    await produceLines(cluster.topic, sent, ['--command-property', 'max.request.size=3000000']);

    const totals = await handled(app, sent.length);
    expect(totals).toMatchObject({ stored: 30, dead: poison.length });
    const { items } = (await app.get<DeadLetters>('/api/v1/dead-letters?limit=100')).body;
    expect(items.map(({ reason }) => reason).sort()).toEqual(['field.missing', 'field.too-long', 'value.not-an-object', 'value.not-an-object', 'value.not-an-object', 'value.not-json', 'value.not-json']);
    expect(items.filter(({ truncated }) => truncated).map(({ size }) => size)).toEqual([oversized.length]);
    expect(new Set((await cluster.rows()).map((row) => row['email'] as string))).toEqual(new Set(people(30).map(({ email }) => email)));
  });
});
