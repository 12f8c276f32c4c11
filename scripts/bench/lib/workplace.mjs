import { spawn } from 'node:child_process';
import { constants, copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const LOOPS = join(import.meta.dirname, '..', 'loops');
const LOOP_WITHIN_MS = 600_000;

/** The temporary folders and the processes of one run of the benchmark; both end with it, however it ends. */
export class Workplace {
  #root = mkdtempSync(join(tmpdir(), 'userstream-bench-'));
  #children = new Set();
  #folders = 0;

  constructor() {
    process.on('exit', () => this.close());
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => process.exit(1));
  }

  /** A new folder; with `from`, one that holds copies of that folder's files. */
  folder(from) {
    const folder = join(this.#root, String((this.#folders += 1)));
    mkdirSync(folder);
    if (from !== undefined) for (const file of readdirSync(from)) copyFileSync(join(from, file), join(folder, file), constants.COPYFILE_FICLONE);
    return folder;
  }

  remove(folder) {
    rmSync(folder, { recursive: true, force: true });
  }

  /** Starts a Node process; its folder is empty, so that no `.env` reaches it, and so is its environment. */
  node(args, { environment = {}, ...options } = {}) {
    const child = spawn(process.execPath, args, { cwd: this.folder(), env: { PATH: process.env.PATH, TZ: 'UTC', ...environment }, ...options });
    this.#children.add(child);
    child.once('exit', () => this.#children.delete(child));
    return child;
  }

  /** Runs `loops/<name>.mjs` in a process of its own with `options` as JSON, and gives what it printed, also JSON. */
  async loop(name, options) {
    const child = this.node([join(LOOPS, `${name}.mjs`), JSON.stringify(options)], { stdio: ['ignore', 'pipe', 'inherit'], timeout: LOOP_WITHIN_MS });
    let printed = '';
    child.stdout.on('data', (chunk) => (printed += chunk));
    const code = await new Promise((resolve) => child.once('close', resolve));
    if (code !== 0) throw new Error(`the loop ${name} ended with ${code ?? 'a signal'}`);
    return JSON.parse(printed);
  }

  close() {
    for (const child of this.#children) child.kill('SIGKILL');
    rmSync(this.#root, { recursive: true, force: true, maxRetries: 5 });
  }
}
