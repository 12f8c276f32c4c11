import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { eventually } from './eventually.js';
import { temporaryFolder } from './temporary-folder.js';

const MAIN = join(import.meta.dirname, '..', '..', 'dist', 'main.js');
const running = new Set<ChildProcess>();

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A process of the built app, on a free port of loopback, with nothing of this process's environment but PATH. */
export class AppProcess {
  private readonly child: ChildProcess;
  private output = '';
  private readonly ended: Promise<Exit>;

  private constructor(environment: Readonly<Record<string, string>>, program: string) {
    this.child = spawn(process.execPath, [program], {
      cwd: temporaryFolder(),
      env: { PATH: process.env['PATH'] ?? '', HTTP_PORT: '0', LOG_FORMAT: 'json', ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    running.add(this.child);
    for (const stream of [this.child.stdout, this.child.stderr]) stream?.on('data', (chunk: Buffer) => (this.output += chunk.toString()));
    this.ended = new Promise((resolve) => {
      this.child.once('exit', (code, signal) => {
        running.delete(this.child);
        resolve({ code, signal });
      });
    });
  }

  /** `program`: what starts the app; the built app itself unless told otherwise. */
  static start(environment: Readonly<Record<string, string>>, program = MAIN): AppProcess {
    return new AppProcess(environment, program);
  }

  get log(): string {
    return this.output;
  }

  /** Undefined once it has ended. */
  get pid(): number | undefined {
    return running.has(this.child) ? this.child.pid : undefined;
  }

  /** The address that the process says it listens on. */
  url({ withinMs = 60_000 } = {}): Promise<string> {
    return eventually(
      () => {
        const url = /"url":"(http:[^"]+)"/.exec(this.output)?.[1];
        if (url === undefined) throw new Error(`the app does not listen yet; it said:\n${this.output}`);
        return url;
      },
      { withinMs },
    );
  }

  async get<Body = unknown>(path: string): Promise<{ status: number; body: Body }> {
    return this.request<Body>('GET', path);
  }

  async post<Body = unknown>(path: string, body: unknown = {}): Promise<{ status: number; body: Body }> {
    return this.request<Body>('POST', path, body);
  }

  private async request<Body>(method: string, path: string, body?: unknown): Promise<{ status: number; body: Body }> {
    const response = await fetch(`${await this.url()}${path}`, {
      method,
      signal: AbortSignal.timeout(10_000),
      ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: (response.headers.get('content-type')?.includes('json') === true ? JSON.parse(text) : text) as Body };
  }

  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  async exit(): Promise<Exit> {
    return this.ended;
  }

  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<Exit> {
    if (this.child.exitCode === null && this.child.signalCode === null) this.signal(signal);
    return this.ended;
  }
}

/** Ends every process that a test left behind, whatever the test did. */
export async function endAppProcesses(): Promise<void> {
  await Promise.all(
    [...running].map(async (child) => {
      child.kill('SIGKILL');
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    }),
  );
}

afterAll(endAppProcesses);
