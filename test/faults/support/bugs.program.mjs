/**
 * Loaded before the built app (`node --import`): puts bugs into its classes and into its driver's. Each is at work while
 * the file that BUGS names holds its name. What they do is said on standard error, each in a line that begins with BUG.
 */
import 'reflect-metadata';
import { readFileSync, writeSync } from 'node:fs';
import { createRequire } from 'node:module';
import process from 'node:process';

const require = createRequire(import.meta.url);
const { BUGS = '', BUGS_STALLED_AFTER_MS, EVENT_BUS = 'sqlite' } = process.env;
const built = (path) => import(new URL(`../../../dist/${path}`, import.meta.url).href);
const say = (what) => writeSync(2, `BUG ${what}\n`);
const isAtWork = (bug) => readFileSync(BUGS, 'utf8').split('\n').includes(bug);

/** Stops the whole process, as a long garbage collection or a slow disk would. */
const block = (ms) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);

function around({ prototype }, method, put) {
  const original = prototype[method];
  prototype[method] = function (...args) {
    return put(() => original.apply(this, args), this, args);
  };
}

function throwTypeError() {
  const nothing = undefined;
  return nothing.thing;
}

async function inTheStorePath() {
  const { StoreUsers } = await built('modules/processing/store-users.js');
  around(StoreUsers, 'execute', async (execute) => {
    if (isAtWork('store-throws')) throwTypeError();
    if (isAtWork('store-hangs')) say('the handler hangs');
    while (isAtWork('store-hangs')) await new Promise((resolve) => setTimeout(resolve, 50));
    return execute();
  });
}

/** The commit is under way, and nothing more is looked at, when the process is blocked. */
async function blockedAtTheCommit(commit) {
  if (isAtWork('commit-waits')) say('the commit waits');
  while (isAtWork('commit-waits')) block(20);
  try {
    return await commit();
  } catch (error) {
    say(`the commit was refused: ${error.type ?? error.name}`);
    throw error;
  }
}

async function inKafka() {
  const { GroupSession } = await built('adapters/event-bus-kafka/group-session.js');
  const { KAFKA_CONSUMER_DEFAULTS } = await built('adapters/event-bus-kafka/kafka-consumer-options.js');
  around(GroupSession, 'eachBatch', async (eachBatch) => (isAtWork('handler-crashes') ? throwTypeError() : eachBatch()));
  around(require('kafkajs/src/consumer/batch'), 'isEmpty', (isEmpty) => (isAtWork('driver-crashes') ? throwTypeError() : isEmpty()));
  around(require('kafkajs/src/consumer/offsetManager'), 'commitOffsets', (commit) => blockedAtTheCommit(commit));
  return KAFKA_CONSUMER_DEFAULTS;
}

async function inSqlite() {
  const { PartitionCursor } = await built('adapters/event-bus-sqlite/partition-cursor.js');
  const { SqliteFile } = await built('adapters/shared/sqlite-file.js');
  const { CONSUMER_DEFAULTS } = await built('adapters/event-bus-sqlite/consumer-options.js');
  around(PartitionCursor, 'passEvents', (commit) => blockedAtTheCommit(commit));
  let stopped = false;
  const { write } = SqliteFile.prototype;
  around(SqliteFile, 'write', (_, file, [work, patienceMs]) =>
    write.call(
      file,
      () => {
        const result = work();
        const bug = `stops-in ${file.path.split('/').at(-1)}`;
        if (!stopped && isAtWork(bug)) {
          stopped = true;
          say(bug);
          process.kill(process.pid, 'SIGSTOP');
          block(100);
        }
        return result;
      },
      patienceMs,
    ),
  );
  return CONSUMER_DEFAULTS;
}

await inTheStorePath();
const defaults = EVENT_BUS === 'kafka' ? await inKafka() : await inSqlite();
if (BUGS_STALLED_AFTER_MS !== undefined) defaults.stalledAfterMs = Number(BUGS_STALLED_AFTER_MS);
