/** Commands that run while this process goes on. A signal that asks this process to end goes to them first. */
import { spawn } from 'node:child_process';
import { root } from './prepare.mjs';

const running = new Set();
const SIGNALS = { SIGINT: 2, SIGTERM: 15, SIGHUP: 1 };

/** The process was asked to end while a command ran. */
export class Interrupted extends Error {
  constructor(signal) {
    super(`ended by ${signal}`);
    this.exitCode = 128 + SIGNALS[signal];
  }
}

/** From now on a signal ends what runs, and `runNode` rejects with Interrupted: cleaning up is left to whoever waits for it. */
export function passSignalsOn() {
  for (const signal of Object.keys(SIGNALS)) {
    process.on(signal, () => {
      interruption ??= new Interrupted(signal);
      for (const child of running) child.kill(signal);
    });
  }
}
let interruption;

/**
 * Runs a program on Node: this one, or the one that is named.
 *
 * @param {string[]} args
 * @param {{ env?: NodeJS.ProcessEnv, program?: string, shown?: boolean }} [options] what is not shown is returned as `output`
 * @returns {Promise<{ status: number | null, signal: string | null, output: string }>}
 * @throws Interrupted
 */
export async function runNode(args, { env = process.env, program = process.execPath, shown = false } = {}) {
  if (interruption) throw interruption;
  const child = spawn(program, args, { cwd: root, env, stdio: ['ignore', ...(shown ? ['inherit', 'inherit'] : ['pipe', 'pipe'])] });
  running.add(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', (text) => (output += text));
  try {
    const [status, signal] = await new Promise((resolve, reject) => child.once('error', reject).once('close', (...how) => resolve(how)));
    if (interruption) throw interruption;
    return { status, signal, output };
  } finally {
    running.delete(child);
  }
}
