import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newerNode } from '../../scripts/lib/node-release.mjs';
import { lastStage } from '../support/deploy-files.js';
import { execForm, last, pairsOf } from '../support/dockerfile.js';
import { eventually } from '../support/eventually.js';
import { performStages, placeNode } from '../support/image-tree.js';

/** It installs and builds: 17 s on two cores with little else to do, 160 s were seen on two with far too much. */
const SETUP_MS = 600_000;
const KEY = 'a+key/for/this+test==';
/** A folder of its own: the image's user, who is not this one, must get through to it. */
const folder = mkdtempSync(join(tmpdir(), 'userstream-image-'));
const data = join(folder, 'data');
const keyFile = join(folder, 'key');
const [uid, gid] = last(lastStage(), 'USER').text.split(':').map(Number) as [number, number];
/** Root can be anybody; anybody else is not root already. */
const user = process.getuid?.() === 0 ? { uid, gid } : {};
const running = new Set<ChildProcess>();
let app: string;
let path: string;
let port: string;

/** What the image starts a process with; of this machine's environment there is nothing in it. */
const environment = (given: Record<string, string>) => ({ ...pairsOf(lastStage(), 'ENV'), PATH: path, HOME: '/home/node', DATA_DIR: data, HTTP_PORT: port, USER_SOURCE: 'synthetic', ...given });

function start(given: Record<string, string>): { child: ChildProcess; said: () => string; ended: Promise<{ code: number | null; signal: string | null }> } {
  const [program, ...args] = execForm(last(lastStage(), 'ENTRYPOINT').text) as [string, ...string[]];
  const child = spawn(program, args, { cwd: app, env: environment(given), stdio: ['ignore', 'pipe', 'pipe'], ...user });
  running.add(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const ended = new Promise<{ code: number | null; signal: string | null }>((resolve) => child.once('exit', (code, signal) => (running.delete(child), resolve({ code, signal }))));
  return { child, said: () => output, ended };
}

/** The image's own command, as the engine runs it. */
function health(): { status: number | null; output: string } {
  const [program, ...args] = execForm(last(lastStage(), 'HEALTHCHECK').text) as [string, ...string[]];
  const { status, stdout, stderr } = spawnSync(program, args, { cwd: app, env: environment({}), encoding: 'utf8', ...user });
  return { status, output: `${stdout}${stderr}` };
}

async function freePort(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, resolve));
  const { port: free } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return String(free);
}

const healthy = async (process: { said: () => string }) =>
  eventually(() => expect([health(), process.said()]).toEqual([{ status: 0, output: '200\n' }, expect.anything()]), { withinMs: 60_000, everyMs: 200 });

/** The steps of the Dockerfile without an engine: what it copies and installs, run as its user on its Node, from a tree that nobody can write to. */
describe("the image's contents", () => {
  beforeAll(async () => {
    chmodSync(folder, 0o755);
    app = performStages(folder);
    path = placeNode(await newerNode(), folder);
    spawnSync('chmod', ['-R', 'a-w,a+rX', join(folder, 'image')]);
    writeFileSync(keyFile, `${KEY}\n`, { mode: 0o644 });
  }, SETUP_MS);

  beforeEach(async () => {
    port = await freePort();
    rmSync(data, { recursive: true, force: true });
    mkdirSync(data, { mode: 0o700 });
    if (user.uid !== undefined) chownSync(data, uid, gid);
  });

  afterEach(async () => {
    for (const child of running) child.kill('SIGKILL');
    await eventually(() => expect(running.size).toBe(0));
  });

  afterAll(() => {
    spawnSync('chmod', ['-R', 'u+w', folder]);
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  });

  it("are the built app and production's packages, without those of development", () => {
    const { dependencies, devDependencies } = JSON.parse(readFileSync(join(app, 'package.json'), 'utf8')) as Record<string, Record<string, string>>;
    const isThere = (name: string) => existsSync(join(app, 'node_modules', name, 'package.json'));
    expect(Object.keys(dependencies ?? {}).filter((name) => !isThere(name))).toEqual([]);
    expect(Object.keys(devDependencies ?? {}).filter(isThere)).toEqual([]);
    expect(readdirSync(app).sort()).toEqual(['LICENSE', 'dist', 'node_modules', 'package.json']);
  });

  it('run as a user who can write to nothing but the data folder, store people and stop in order', async () => {
    const attempt = spawnSync('node', ['-e', "require('node:fs').writeFileSync('written', '')"], { cwd: app, env: environment({}), encoding: 'utf8', ...user });
    expect(attempt.stderr).toMatch(/EACCES|EROFS|EPERM/);
    expect(health().status).toBe(1);

    const container = start({ ADMIN_API_KEY_FILE: keyFile });
    await healthy(container);
    const users = async (headers: Record<string, string>) => fetch(`http://127.0.0.1:${port}/api/v1/users`, { headers });
    await eventually(async () => expect(((await (await users({ authorization: `Bearer ${KEY}` })).json()) as { items: unknown[] }).items.length).toBeGreaterThan(0), { withinMs: 60_000, everyMs: 100 });
    expect((await users({})).status).toBe(401);
    for (const name of readdirSync(data)) expect([name, statSync(join(data, name)).uid]).toEqual([name, user.uid ?? process.getuid?.()]);

    container.child.kill(last(lastStage(), 'STOPSIGNAL').text as NodeJS.Signals);
    expect(await container.ended).toEqual({ code: 0, signal: null });
    expect(health()).toEqual({ status: 1, output: expect.stringContaining('ECONNREFUSED') as string });
  });

  it('say which key is missing, and end with the exit code of a bad configuration', async () => {
    const container = start({});
    expect(await container.ended).toEqual({ code: 2, signal: null });
    expect(container.said()).toMatch(/ADMIN_API_KEY: expected a key, since HTTP_HOST/);
  });

  it.each(['ingestion', 'processing'])('run the role %s alone without a key, healthy on the same port', async (role) => {
    const container = start({ ROLES: role });
    await healthy(container);
    container.child.kill('SIGTERM');
    expect(await container.ended).toEqual({ code: 0, signal: null });
  });
});
