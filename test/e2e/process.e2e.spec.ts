import { createServer, type AddressInfo } from 'node:net';
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SqliteFile } from '../../src/adapters/shared/sqlite-file.js';
import { AppProcess, endAppProcesses } from '../support/app-process.js';
import { eventually } from '../support/eventually.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const QUIET = { USER_SOURCE: 'synthetic', INGEST_MODE: 'manual' };

describe('a process', () => {
  afterEach(endAppProcesses);

  it('stores people at once, from an empty folder, invented ones where the API cannot be reached, and says so', async () => {
    const app = AppProcess.start({ DATA_DIR: temporaryFolder(), USER_SOURCE: 'auto', RANDOMUSER_URL: 'http://127.0.0.1:9/api/1.4/' });
    await eventually(async () => expect((await app.get<{ items: unknown[] }>('/api/v1/users')).body.items.length).toBeGreaterThan(0), { withinMs: 60_000, everyMs: 10 });
    const { body } = await app.get<{ source: { name: string } }>('/api/v1/status');
    expect(body.source.name).toBe('synthetic');
    expect(app.log).toMatch(/invented/i);
  });

  it('names every fault of its environment, no value, and exits 2', async () => {
    const app = AppProcess.start({ DATA_DIR: temporaryFolder(), INGEST_RATE: 'a-lot', ROLES: 'boss', HTTP_HOST: '0.0.0.0' });
    expect(await app.exit()).toEqual({ code: 2, signal: null });
    for (const name of ['INGEST_RATE', 'ROLES', 'ADMIN_API_KEY']) expect(app.log).toContain(name);
    expect(app.log).not.toMatch(/a-lot|boss|\n\s+at /);
  });

  it('exits 2 when a plan would hold more pages than its source can tell apart, and names the settings', async () => {
    const app = AppProcess.start({ DATA_DIR: temporaryFolder(), USER_SOURCE: 'randomuser', RANDOMUSER_URL: 'http://127.0.0.1:9/', INGEST_RATE: '1000', INGEST_PAGE_SIZE: '1' });
    expect(await app.exit()).toEqual({ code: 2, signal: null });
    for (const name of ['INGEST_PAGE_SIZE', 'INGEST_WINDOW']) expect(app.log).toContain(name);
  });

  it('exits 2 when the file to read is missing, and names it', async () => {
    const app = AppProcess.start({ DATA_DIR: temporaryFolder(), USER_SOURCE: 'file', USER_SOURCE_FILE: 'nobody.csv' });
    expect(await app.exit()).toEqual({ code: 2, signal: null });
    expect(app.log).toContain('nobody.csv');
  });

  it('exits 2 when its port is taken', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    try {
      const app = AppProcess.start({ DATA_DIR: temporaryFolder(), ...QUIET, HTTP_PORT: String(port) });
      expect(await app.exit()).toEqual({ code: 2, signal: null });
      expect(app.log).toContain(String(port));
    } finally {
      await new Promise((resolve) => server.close(resolve));
    }
  });

  it.each(['log.db', 'table.db'])('refuses a damaged %s: exit 3, the file untouched, a remedy', async (name) => {
    const dataDir = temporaryFolder();
    mkdirSync(dataDir, { recursive: true });
    const file = join(dataDir, name);
    writeFileSync(file, Buffer.alloc(8_192, 'this is no database '));
    const before = readFileSync(file);
    const app = AppProcess.start({ DATA_DIR: dataDir, ...QUIET });
    expect(await app.exit()).toEqual({ code: 3, signal: null });
    expect(app.log).toContain(name);
    expect(app.log).toMatch(/backup/);
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  it('keeps its files from other users of the machine', async () => {
    const dataDir = join(temporaryFolder(), 'data');
    const app = AppProcess.start({ DATA_DIR: dataDir, ...QUIET });
    await app.url();
    for (const path of [dataDir, join(dataDir, 'log.db'), join(dataDir, 'table.db')]) expect(statSync(path).mode & 0o077).toBe(0);
  });

  it('serves health and metrics in every role, the API in the admin role alone', async () => {
    const dataDir = temporaryFolder();
    const processing = AppProcess.start({ DATA_DIR: dataDir, ...QUIET, ROLES: 'processing' });
    const admin = AppProcess.start({ DATA_DIR: dataDir, ...QUIET, ROLES: 'admin' });
    for (const app of [processing, admin]) {
      expect((await app.get('/health/live')).status).toBe(200);
      await eventually(async () => expect((await app.get('/health/ready')).status).toBe(200));
      expect((await app.get<string>('/metrics')).body).toContain('userstream_');
    }
    expect((await processing.get('/api/v1/status')).status).toBe(404);
    expect((await processing.get('/docs')).status).toBe(404);
    await eventually(async () => {
      const { body } = await admin.get<{ roles: string[] }>('/api/v1/status');
      expect(new Set(body.roles)).toEqual(new Set(['admin', 'processing']));
    });
  });

  it('pauses and resumes processing in another process, and stays paused over a restart', async () => {
    const dataDir = temporaryFolder();
    const admin = AppProcess.start({ DATA_DIR: dataDir, ...QUIET, ROLES: 'admin,ingestion' });
    let processing = AppProcess.start({ DATA_DIR: dataDir, ROLES: 'processing' });
    await processing.url();
    expect((await admin.post('/api/v1/processing/pause', { reason: 'maintenance' })).status).toBeLessThan(300);
    await processing.stop();
    await admin.post('/api/v1/runs', { count: 40, rate: 0 });
    const ledger = async () => (await admin.get<{ totals: { stored: number; inFlight: number } }>('/api/v1/ledger')).body.totals;
    await eventually(async () => expect((await ledger()).inFlight).toBe(40));
    processing = AppProcess.start({ DATA_DIR: dataDir, ROLES: 'processing' });
    await eventually(async () => expect((await processing.get<string>('/health/ready')).body).toMatchObject({}));
    const blocked = (await admin.get<{ blocked: { code: string; reason: string }[] }>('/api/v1/status')).body.blocked;
    expect(blocked.map(({ reason }) => reason).join()).toContain('maintenance');
    expect((await ledger()).stored).toBe(0);
    expect((await admin.post('/api/v1/processing/resume', {})).status).toBeLessThan(300);
    await eventually(async () => expect(await ledger()).toMatchObject({ stored: 40, inFlight: 0 }));
  });

  it('ends at once at a second signal, whatever it was waiting for', async () => {
    const dataDir = temporaryFolder();
    const app = AppProcess.start({ DATA_DIR: dataDir, USER_SOURCE: 'synthetic' });
    await eventually(async () => expect((await app.get<{ items: unknown[] }>('/api/v1/users')).body.items.length).toBeGreaterThan(0));
    const holder = SqliteFile.open(join(dataDir, 'log.db'));
    holder.exec('BEGIN IMMEDIATE');
    app.signal('SIGTERM');
    await eventually(() => expect(app.log).toContain('again to stop at once'));
    app.signal('SIGTERM');
    expect(await app.exit()).toEqual({ code: 1, signal: null });
    expect(app.log).toContain('stopped at once');
    holder.exec('ROLLBACK');
    holder.close();
  });
});
