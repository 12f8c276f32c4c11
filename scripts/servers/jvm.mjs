/** A server in a JVM of its own that never outlives the process that started it. */
import { spawn, spawnSync } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { whenThisProcessIsGone } from './guard.mjs';
import { untilItAnswers } from './until.mjs';

/** On two idle cores a start takes 10 s; these may be busy with a build and all tests. */
const START_MS = 180_000;
/** A server that does not go when asked is made to go. */
const STOP_MS = 30_000;
const LAST_LINES = 15;
/** Kafka 4 runs on nothing older, Cassandra 5.0 on nothing newer. */
const JAVA = '17';

const java = process.env.JAVA_HOME && existsSync(join(process.env.JAVA_HOME, 'bin', 'java')) ? join(process.env.JAVA_HOME, 'bin', 'java') : 'java';

/** Why these servers can't run on this machine's Java; undefined if they can. */
export function whyNoJava() {
  const { error, stderr } = spawnSync(java, ['-version'], { encoding: 'utf8' });
  if (error) return 'there is no Java';
  const version = /version "([^"]+)"/.exec(stderr)?.[1] ?? 'an unknown one';
  return version.split('.')[0] === JAVA ? undefined : `Java ${JAVA} is needed, this is ${version}`;
}

/**
 * Runs a program of the class path to its end.
 * @throws Error with what it said
 */
export async function runJava({ classPath, main, args, cwd }) {
  const child = spawn(java, ['-XX:TieredStopAtLevel=1', '-cp', classPath, main, ...args], { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (said += text));
  const code = await new Promise((resolve, reject) => child.once('error', reject).once('close', resolve));
  if (code !== 0) throw new Error(`${main} failed (exit code ${code}):\n${said}`);
}

/**
 * Starts a server and resolves once it answers.
 *
 * @param {object} server
 * @param {string} server.name for messages
 * @param {string[]} server.command everything after `java`
 * @param {string} server.folder where it runs and logs
 * @param {() => Promise<void>} server.answers rejects as long as it does not
 * @throws Error with the last lines of its log
 */
export async function startServer({ name, command, folder, answers }) {
  mkdirSync(folder, { recursive: true });
  const log = join(folder, 'server.log');
  let run = await begin();

  async function begin() {
    const started = launch(command, folder, log);
    const error = await untilItAnswers(answers, { withinMs: START_MS, gone: started.gone });
    if (error === undefined) return started;
    const what = started.isGone ? `ended while starting (${await started.gone})` : `did not answer within ${START_MS / 1_000} s (${error.message})`;
    await end(started, 'SIGKILL');
    throw new Error(`${name} ${what}. The last lines of its log:\n${lastLines(log)}`);
  }

  return {
    log,
    get pid() {
      return run.child.pid;
    },
    /** SIGSTOP and SIGCONT return at once; any other signal resolves when the process is gone, which a deaf one is made to be. */
    async kill(signal = 'SIGKILL') {
      if (signal === 'SIGSTOP' || signal === 'SIGCONT') run.child.kill(signal);
      else await end(run, signal);
    },
    /** The same server again, on the same ports and data; one that still runs is asked to stop first. */
    async restart() {
      await end(run, 'SIGTERM');
      run = await begin();
    },
  };
}

function launch(command, cwd, log) {
  const output = openSync(log, 'a');
  // A group of its own: Ctrl-C in the terminal is for the parent, which then stops it.
  const child = spawn(java, command, { cwd, detached: true, stdio: ['ignore', output, output] });
  closeSync(output);
  const release = child.pid === undefined ? () => {} : whenThisProcessIsGone('kill -KILL "$1"', String(child.pid));
  const run = { child, isGone: false, gone: undefined };
  run.gone = new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(signal ?? `exit code ${code}`));
  }).finally(() => {
    run.isGone = true;
    release();
  });
  return run;
}

async function end(run, signal) {
  if (run.isGone) return;
  run.child.kill(signal);
  // One that was stopped hears nothing until it goes on.
  run.child.kill('SIGCONT');
  const timer = setTimeout(() => run.child.kill('SIGKILL'), STOP_MS);
  await run.gone;
  clearTimeout(timer);
}

/** The errors first: what a server says while it shuts down would hide them. */
function lastLines(log) {
  const lines = readFileSync(log, 'utf8').trimEnd().split('\n');
  const tail = lines.slice(-LAST_LINES);
  const errors = lines.slice(0, -LAST_LINES).filter((line) => /\b(ERROR|FATAL|Exception|Caused by)\b/.test(line) && !line.includes(' INFO '));
  return [...errors.slice(-LAST_LINES), ...(errors.length > 0 ? ['…'] : []), ...tail].join('\n');
}
