import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppProcess, endAppProcesses } from '../support/app-process.js';
import { eventually } from '../support/eventually.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const ROOT = join(import.meta.dirname, '..', '..');
const SOURCES = ['src', 'scripts', 'package.json', 'package-lock.json', 'nest-cli.json', 'tsconfig.json', 'tsconfig.build.json', '.swcrc'];
const BUILT_WITHIN_MS = 60_000;

/** A clone in which everything is installed and nothing is built. */
function clone(): string {
  const folder = join(temporaryFolder(), 'clone');
  for (const name of SOURCES) cpSync(join(ROOT, name), join(folder, name), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'), 'dir');
  return folder;
}

describe('npm start', () => {
  afterEach(endAppProcesses);

  it('builds once when three start at once, past the lock of a dead process, and all three work together', async () => {
    const folder = clone();
    const lock = join(folder, '.cache', 'build.lock');
    mkdirSync(lock, { recursive: true });
    writeFileSync(join(lock, 'pid'), String(spawnSync(process.execPath, ['--version']).pid));
    const program = join(folder, 'scripts', 'start.mjs');
    const shared = { DATA_DIR: temporaryFolder(), USER_SOURCE: 'synthetic' };

    const [ingestion, processing, admin] = ['ingestion', 'processing', 'admin'].map((role) => AppProcess.start({ ...shared, ROLES: role }, program)) as [AppProcess, AppProcess, AppProcess];
    const apps = [ingestion, processing, admin];
    await Promise.all(apps.map((app) => app.url({ withinMs: BUILT_WITHIN_MS })));

    expect(apps.map(({ log }) => log.match(/^Building/gm)?.length ?? 0).sort()).toEqual([0, 0, 1]);
    await eventually(async () => expect((await admin.get<{ items: unknown[] }>('/api/v1/users')).body.items.length).toBeGreaterThan(0), { withinMs: 60_000, everyMs: 100 });
    expect(await Promise.all(apps.map((app) => app.stop()))).toEqual(apps.map(() => ({ code: 0, signal: null })));
  });
});
