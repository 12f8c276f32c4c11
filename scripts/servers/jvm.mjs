/** A server in a JVM of its own that never outlives the process that started it. */
import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** On two busy cores a start takes some 30 s. */
const START_MS = 180_000;
const POLL_MS = 200;
/** A server that does not go when asked is made to go. */
const STOP_MS = 30_000;
const LAST_LINES = 25;

/**
 * The guard of one server: it reads from a pipe that only its parent holds. A line says that the server was stopped;
 * an end without one says that the parent is gone, however it went: then the server goes, and its folder too.
 */
const GUARD = `
read -r line && exit 0
kill -KILL "$1" 2>/dev/null
tries=0
while kill -0 "$1" 2>/dev/null && [ $tries -lt 50 ]; do tries=$((tries + 1)); sleep 0.1; done
[ -n "$2" ] && rm -rf -- "$2"
exit 0
`;

/** Runs a program of the class path to its end. @throws Error with what it said. */
export async function runJava({ classPath, main, args, cwd }) {
  const child = spawn('java', ['-Xshare:auto', '-XX:TieredStopAtLevel=1', '-cp', classPath, main, ...args], { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (said += text));
  const code = await new Promise((resolve, reject) => child.once('error', reject).once('close', resolve));
  if (code !== 0) throw new Error(`${main} failed (exit code ${code}):\n${said}`);
  return said;
}

/**
 * Starts a server and resolves once it answers.
 *
 * @param {object} server
 * @param {string} server.name for messages
 * @param {string[]} server.command everything after `java`
 * @param {string} server.folder where it runs and logs
 * @param {string} [server.removes] a folder that nobody needs when the parent is dead
 * @param {() => Promise<void>} server.answers rejects as long as it does not
 */
export async function startServer({ name, command, folder, removes = '', answers }) {
  mkdirSync(folder, { recursive: true });
  const log = join(folder, 'server.log');
  let run = await begin();

  async function begin() {
    const started = launch(command, folder, log, removes);
    try {
      await untilItAnswers(name, started, answers, log);
    } catch (error) {
      await end(started, 'SIGKILL');
      throw error;
    }
    return started;
  }

  return {
    log,
    get pid() {
      return run.child.pid;
    },
    /** SIGSTOP and SIGCONT return at once, any other signal resolves when the process is gone. */
    async kill(signal = 'SIGKILL') {
      if (signal === 'SIGSTOP' || signal === 'SIGCONT') run.child.kill(signal);
      else await end(run, signal);
    },
    /** The same server again, on the same ports and data; one that runs is asked to stop first. */
    async restart() {
      await end(run, 'SIGTERM');
      run = await begin();
    },
  };
}

function launch(command, cwd, log, removes) {
  const output = openSync(log, 'a');
  // A group of its own: Ctrl-C in the terminal is for the parent, which then stops it in order.
  const child = spawn('java', command, { cwd, detached: true, stdio: ['ignore', output, output] });
  closeSync(output);
  const run = { child, failure: undefined, gone: undefined };
  run.gone = new Promise((resolve) => {
    child.once('exit', resolve);
    child.once('error', (error) => {
      run.failure = error;
      resolve();
    });
  });
  if (child.pid !== undefined) {
    const guard = spawn('sh', ['-c', GUARD, 'guard', String(child.pid), removes], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
    guard.stdin.on('error', () => undefined);
    void run.gone.then(() => guard.stdin.end('stopped\n'));
  }
  return run;
}

async function untilItAnswers(name, run, answers, log) {
  const deadline = Date.now() + START_MS;
  let last = new Error('not asked yet');
  let isGone = false;
  void run.gone.then(() => (isGone = true));
  while (!isGone && Date.now() < deadline) {
    try {
      return await answers();
    } catch (error) {
      last = error;
    }
    await Promise.race([run.gone, new Promise((resolve) => setTimeout(resolve, POLL_MS))]);
  }
  const what = run.failure ? `could not be started: ${run.failure.message}` : isGone ? 'ended while starting' : `did not answer within ${START_MS / 1_000} s (${last.message})`;
  throw new Error(`${name} ${what}. The last lines of its log:\n${lastLines(log)}`);
}

async function end(run, signal) {
  if (run.child.exitCode !== null || run.child.signalCode !== null || run.child.pid === undefined) return;
  run.child.kill(signal);
  const timer = setTimeout(() => run.child.kill('SIGKILL'), STOP_MS);
  await run.gone;
  clearTimeout(timer);
}

function lastLines(log) {
  return readFileSync(log, 'utf8').trimEnd().split('\n').slice(-LAST_LINES).join('\n');
}

/** Away with a folder, though a process that was just killed may still have had a file in the making. */
export function removeFolder(folder) {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
}
