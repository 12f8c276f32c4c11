import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';

/** What a process is to do with the embedded log. */
export type BusJob = { readonly dataDir: string; readonly topic: string } & (
  | { readonly does: 'publish'; readonly prefix: string; readonly batches: number; readonly batchSize: number }
  | { readonly does: 'consume'; readonly group: string; readonly delayMs: number }
  | { readonly does: 'lock' }
);

/** What it tells; each kind in a list of its own, in order. */
interface Told {
  readonly published: string[];
  readonly taken: string[];
  readonly handled: string[];
  readonly aborted: number[];
}

const PROGRAM = join(import.meta.dirname, 'bus-process.program.ts');
const LOADER = pathToFileURL(join(import.meta.dirname, 'typescript-loader.mjs')).href;

/** A real process on a data folder, to be stopped and killed as a test likes. */
export class BusProcess {
  readonly told: Told = { published: [], taken: [], handled: [], aborted: [] };
  locked = false;
  private errors = '';
  private readonly exit: Promise<unknown>;

  private constructor(private readonly child: ChildProcess) {
    this.exit = once(child, 'exit');
    child.stderr?.on('data', (chunk: Buffer) => (this.errors += chunk.toString()));
    if (child.stdout !== null) createInterface(child.stdout).on('line', (line) => this.hear(JSON.parse(line) as Partial<Told> & { locked?: boolean }));
  }

  static start(job: BusJob): BusProcess {
    return new BusProcess(spawn(process.execPath, ['--import', LOADER, PROGRAM, JSON.stringify(job)], { stdio: ['ignore', 'pipe', 'pipe'] }));
  }

  get errorOutput(): string {
    return this.errors;
  }

  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** Resolves with the exit code; null where a signal ended it. */
  async ended(): Promise<number | null> {
    await this.exit;
    return this.child.exitCode;
  }

  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.exit;
  }

  private hear({ published = [], taken = [], handled = [], aborted, locked }: Omit<Partial<Told>, 'aborted'> & { aborted?: unknown; locked?: boolean }): void {
    this.told.published.push(...published);
    this.told.taken.push(...taken);
    this.told.handled.push(...handled);
    if (typeof aborted === 'number') this.told.aborted.push(aborted);
    if (locked === true) this.locked = true;
  }
}
