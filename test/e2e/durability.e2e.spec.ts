import { AppProcess, endAppProcesses } from '../support/app-process.js';
import { lossesOf, readFolder } from '../support/data-folder.js';
import { eventually } from '../support/eventually.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const KILLS = 10;
const FAST = { USER_SOURCE: 'synthetic', INGEST_RATE: '2000', INGEST_PAGE_SIZE: '100' };

/** Everything that lies on the log has been handled, and the counts that were committed with the positions add up. */
async function drained(dataDir: string) {
  const content = await readFolder(dataDir);
  const handled = content.committed.reduce((sum, { offset }) => sum + offset, 0);
  expect(handled).toBe(content.events.length);
  for (const { offset, tally } of content.committed) {
    expect(tally).not.toBeNull();
    expect((tally?.began ?? 0) + (tally?.stored ?? 0) + (tally?.dead ?? 0) + (tally?.skipped ?? 0)).toBe(offset);
  }
  return content;
}

describe('nothing is lost', () => {
  afterEach(endAppProcesses);

  it(`after kill -9 at a random moment, ${KILLS} times`, async () => {
    const dataDir = temporaryFolder();
    const seen = new Set<string>();
    for (let kill = 0; kill < KILLS; kill += 1) {
      const app = AppProcess.start({ DATA_DIR: dataDir, ...FAST });
      await app.url();
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 1_500));
      await app.stop('SIGKILL');
      const { events } = await readFolder(dataDir);
      const now = new Set(events.map(({ id }) => id));
      expect([...seen].filter((id) => !now.has(id))).toEqual([]);
      for (const id of now) seen.add(id);
    }
    expect(seen.size).toBeGreaterThan(1_000);
    const last = AppProcess.start({ DATA_DIR: dataDir, ROLES: 'processing' });
    const content = await eventually(() => drained(dataDir), { withinMs: 60_000, everyMs: 200 });
    await last.stop();
    expect(lossesOf(content)).toEqual({ lost: [], phantom: [] });
  });

  it('with one process a role, the processing one killed and replaced', async () => {
    const dataDir = temporaryFolder();
    const role = (name: string, more: Record<string, string> = {}) => AppProcess.start({ DATA_DIR: dataDir, ROLES: name, ...more });
    const ingestion = role('ingestion', FAST);
    const processing = role('processing');
    const admin = role('admin');
    const stored = async () => (await admin.get<{ totals: { stored: number; inFlight: number } }>('/api/v1/ledger')).body.totals;
    await eventually(async () => expect((await stored()).stored).toBeGreaterThan(500), { withinMs: 60_000 });

    await processing.stop('SIGKILL');
    const before = (await stored()).stored;
    const replacement = role('processing');
    await eventually(async () => expect((await stored()).stored).toBeGreaterThan(before + 500), { withinMs: 60_000 });
    const users = await admin.get<{ items: unknown[] }>('/api/v1/users?limit=5');
    expect(users.body.items).toHaveLength(5);

    expect(await ingestion.stop()).toEqual({ code: 0, signal: null });
    await eventually(async () => expect((await stored()).inFlight).toBe(0), { withinMs: 60_000 });
    expect(await replacement.stop()).toEqual({ code: 0, signal: null });
    expect(await admin.stop()).toEqual({ code: 0, signal: null });
    expect(lossesOf(await drained(dataDir))).toEqual({ lost: [], phantom: [] });
  });

  it('and nothing is handled twice by an orderly stop under load', async () => {
    const dataDir = temporaryFolder();
    for (let start = 0; start < 3; start += 1) {
      const app = AppProcess.start({ DATA_DIR: dataDir, ...FAST });
      await eventually(async () => expect((await readFolder(dataDir)).rows.length).toBeGreaterThan(start * 500 + 300), { withinMs: 60_000, everyMs: 50 });
      const asked = performance.now();
      expect(await app.stop('SIGTERM')).toEqual({ code: 0, signal: null });
      expect(performance.now() - asked).toBeLessThan(10_000);
    }
    const last = AppProcess.start({ DATA_DIR: dataDir, ROLES: 'processing' });
    const content = await eventually(() => drained(dataDir), { withinMs: 60_000, everyMs: 100 });
    await last.stop();
    expect(lossesOf(content)).toEqual({ lost: [], phantom: [] });
    const ids = content.events.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });
});
