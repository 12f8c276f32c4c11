import { writePeopleFiles } from '../../scripts/people-files.mjs';
import { AppProcess, endAppProcesses } from '../support/app-process.js';
import { foundInFolder, lossesOf, readFolder } from '../support/data-folder.js';
import { eventually } from '../support/eventually.js';
import { recordedLargeFile, RECORDED_SEED, type RandomUserRecord } from '../support/randomuser-people.js';
import { startRandomUserStub } from '../support/randomuser-stub.js';
import { temporaryFolder } from '../support/temporary-folder.js';

interface RunBody {
  readonly id: string;
  readonly outcome: string | null;
}

const runEnds = (app: AppProcess, runId: string) =>
  eventually(
    async () => {
      const { body } = await app.get<RunBody>(`/api/v1/runs/${runId}`);
      if (body.outcome === null) throw new Error(`run ${runId} goes on`);
      return body.outcome;
    },
    { withinMs: 60_000 },
  );

const allStored = (dataDir: string, people: number, fields?: readonly string[]) =>
  eventually(
    async () => {
      const { rows, ...folder } = await readFolder(dataDir, fields === undefined ? {} : { fields });
      expect(rows).toHaveLength(people);
      return { rows, ...folder };
    },
    { withinMs: 60_000, everyMs: 100 },
  );

const personOf = (id: string | null, first: string | undefined, last: string | undefined, email: string | undefined) => [id, first, last, email].join('|');

/** The value that the copied tutorial's producer makes of an answer, in its order. */
function tutorialValue(person: RandomUserRecord): Record<string, string> {
  const { location, dob, registered, picture } = person as unknown as {
    location: { street: { number: number; name: string }; city: string; state: string; country: string; postcode: number | string };
    dob: { date: string };
    registered: { date: string };
    picture: { medium: string };
  };
  return {
    id: person.login.uuid,
    first_name: person.name.first,
    last_name: person.name.last,
    gender: String(person['gender']),
    address: `${location.street.number} ${location.street.name}, ${location.city}, ${location.state}, ${location.country}`,
    post_code: String(location.postcode),
    email: person.email,
    username: person.login['username'] ?? '',
    dob: dob.date,
    registered_date: registered.date,
    phone: String(person['phone']),
    picture: picture.medium,
  };
}

describe('real input', () => {
  afterEach(endAppProcesses);

  it("recorded answers of the API end in the table, exactly those people, and none of their secrets on the disk", async () => {
    const stub = await startRandomUserStub();
    const dataDir = temporaryFolder();
    try {
      const app = AppProcess.start({ DATA_DIR: dataDir, USER_SOURCE: 'randomuser', RANDOMUSER_URL: stub.url, INGEST_MODE: 'manual' });
      const { status, body } = await app.post<{ runId: string }>('/api/v1/runs', { count: 60, rate: 0, seed: RECORDED_SEED });
      expect(status).toBe(202);
      expect(await runEnds(app, body.runId)).toBe('succeeded');

      const { rows } = await allStored(dataDir, 60);
      const served = stub.served.filter(({ query }) => query.seed === RECORDED_SEED);
      expect(served.map(({ query }) => query.page)).toEqual([1, 2, 3]);
      const people = served.flatMap(({ records }) => records);
      expect(new Set(rows.map(({ id, fields }) => personOf(id, fields['first_name'], fields['last_name'], fields['email'])))).toEqual(
        new Set(people.map(({ login, name, email }) => personOf(login.uuid, name.first, name.last, email))),
      );
      const users = await app.get<{ items: { id: string; first_name: string }[] }>('/api/v1/users?limit=100');
      expect(new Set(users.body.items.map(({ id }) => id))).toEqual(new Set(people.map(({ login }) => login.uuid)));

      await app.stop();
      const secrets = [...stub.secrets].filter((secret) => secret.length > 3);
      expect(secrets.length).toBeGreaterThan(200);
      expect(foundInFolder(dataDir, secrets.filter((secret) => secret.length >= 8))).toEqual([]);
      expect(foundInFolder(dataDir, secrets.map((secret) => `"${secret}"`))).toEqual([]);
      expect(app.log).not.toContain(people[0]?.email);
    } finally {
      await stub.close();
    }
  });

  it("the tutorial's twelve fields are in the values, in its order, and in the columns, and none of the answers' secrets is on the disk", async () => {
    const stub = await startRandomUserStub();
    const dataDir = temporaryFolder();
    try {
      const app = AppProcess.start({ DATA_DIR: dataDir, USER_SOURCE: 'randomuser', RANDOMUSER_URL: stub.url, INGEST_MODE: 'manual', USER_FIELDS: 'tutorial' });
      const { body } = await app.post<{ runId: string }>('/api/v1/runs', { count: 60, rate: 0, seed: RECORDED_SEED });
      expect(await runEnds(app, body.runId)).toBe('succeeded');

      const people = stub.served.filter(({ query }) => query.seed === RECORDED_SEED).flatMap(({ records }) => records.map(tutorialValue));
      expect(people).toHaveLength(60);
      const { rows, values } = await allStored(dataDir, 60, Object.keys(people[0] ?? {}));
      expect(new Set(values)).toEqual(new Set(people.map((person) => JSON.stringify(person))));
      expect(new Map(rows.map(({ id, fields }) => [id, { id, ...fields }]))).toEqual(new Map(people.map((person) => [person['id'], person])));
      const users = await app.get<{ items: Record<string, string>[] }>('/api/v1/users?limit=100');
      expect(users.body.items.map(({ username }) => username).sort()).toEqual(people.map(({ username }) => username).sort());

      await app.stop();
      const secrets = [...stub.secrets].filter((secret) => secret.length > 3);
      expect(secrets.length).toBeGreaterThan(200);
      expect(foundInFolder(dataDir, secrets.filter((secret) => secret.length >= 8))).toEqual([]);
      expect(foundInFolder(dataDir, secrets.map((secret) => `"${secret}"`))).toEqual([]);
    } finally {
      await stub.close();
    }
  });

  it('a run that is killed goes on with the fields of its plan, whatever the settings say by then', async () => {
    const stub = await startRandomUserStub();
    const dataDir = temporaryFolder();
    const environment = { DATA_DIR: dataDir, USER_SOURCE: 'randomuser', RANDOMUSER_URL: stub.url, INGEST_MODE: 'manual' };
    try {
      const first = AppProcess.start({ ...environment, USER_FIELDS: 'phone,email,last_name,first_name' });
      const { body } = await first.post<{ runId: string }>('/api/v1/runs', { count: 60, rate: 20, seed: RECORDED_SEED });
      await eventually(async () => expect((await readFolder(dataDir)).values).toHaveLength(20), { withinMs: 60_000 });
      first.signal('SIGKILL');
      await first.exit();

      const second = AppProcess.start(environment);
      expect(await runEnds(second, body.runId)).toBe('succeeded');
      const { values } = await allStored(dataDir, 60);
      expect([...new Set(values.map((value) => Object.keys(JSON.parse(value) as object).join()))]).toEqual(['phone,email,last_name,first_name']);
      expect(new Set(stub.requests.filter(({ seed }) => seed === RECORDED_SEED).map(({ inc }) => inc))).toEqual(new Set(['name,email,login,phone']));
    } finally {
      await stub.close();
    }
  });

  it.each(['ndjson', 'csv'] as const)('the 5,000 people of a file end in the table (%s); the file again adds no row', async (format) => {
    const files = await writePeopleFiles(recordedLargeFile().pathname, temporaryFolder());
    const dataDir = temporaryFolder();
    const environment = { DATA_DIR: dataDir, USER_SOURCE: 'file', USER_SOURCE_FILE: files[format] };
    const app = AppProcess.start(environment);
    const runs = await eventually(
      async () => {
        const { body } = await app.get<{ items: RunBody[] }>('/api/v1/runs');
        expect(body.items.map(({ outcome }) => outcome)).toEqual(['succeeded']);
        return body.items;
      },
      { withinMs: 60_000 },
    );
    expect(runs).toHaveLength(1);
    const first = await allStored(dataDir, 5_000);
    expect(new Set(first.rows.map(({ id, fields }) => personOf(id, fields['first_name'], fields['last_name'], fields['email'])))).toEqual(
      new Set(files.people.map(({ id, first_name, last_name, email }) => personOf(id, first_name, last_name, email))),
    );

    const again = await app.post<{ runId: string }>('/api/v1/runs', {});
    expect(await runEnds(app, again.body.runId)).toBe('succeeded');
    await eventually(async () => expect((await readFolder(dataDir)).committed.reduce((sum, { offset }) => sum + offset, 0)).toBe(10_000), { withinMs: 60_000, everyMs: 100 });
    await app.stop();
    const second = await readFolder(dataDir);
    expect(second.events).toHaveLength(10_000);
    expect(new Set(second.rows.map(({ id }) => id))).toEqual(new Set(first.rows.map(({ id }) => id)));
    expect(lossesOf(second)).toEqual({ lost: [], phantom: [] });
  });

  it('a file that was read once is not read again at the next start', async () => {
    const { ndjson } = await writePeopleFiles(recordedLargeFile().pathname, temporaryFolder());
    const dataDir = temporaryFolder();
    const environment = { DATA_DIR: dataDir, USER_SOURCE: 'file', USER_SOURCE_FILE: ndjson };
    const first = AppProcess.start(environment);
    await allStored(dataDir, 5_000);
    await first.stop();
    const second = AppProcess.start(environment);
    await eventually(async () => expect((await second.get('/health/ready')).status).toBe(200));
    const { body } = await second.get<{ items: RunBody[] }>('/api/v1/runs');
    expect(body.items).toHaveLength(1);
  });
});
