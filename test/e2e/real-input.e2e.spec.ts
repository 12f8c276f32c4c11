import { writePeopleFiles } from '../../scripts/people-files.mjs';
import { AppProcess, endAppProcesses } from '../support/app-process.js';
import { foundInFolder, lossesOf, readFolder } from '../support/data-folder.js';
import { eventually } from '../support/eventually.js';
import { recordedLargeFile, RECORDED_SEED } from '../support/randomuser-people.js';
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

const allStored = (dataDir: string, people: number) =>
  eventually(
    async () => {
      const { rows, ...folder } = await readFolder(dataDir);
      expect(rows).toHaveLength(people);
      return { rows, ...folder };
    },
    { withinMs: 60_000, everyMs: 100 },
  );

const personOf = (id: string | null, first: string | undefined, last: string | undefined, email: string | undefined) => [id, first, last, email].join('|');

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
