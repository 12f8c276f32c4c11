/** The thread of `askAhead`: one question, one answer. It loads as little as it can, beside a thread that loads everything. */
import { setTimeout as sleep } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { RandomUserSource } from '../adapters/user-source-randomuser/random-user-source.js';
import { type Clock } from '../ports/clock.port.js';
import { type Question } from './ask-ahead.js';

/** The app's own clock comes with Nest. */
const clock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  sleep: (ms, signal) => sleep(ms, undefined, { signal, ref: false }).catch(() => undefined),
};

const { url, fields, withinMs } = workerData as Question;
const source = new RandomUserSource({ url, fields }, clock);
parentPort?.postMessage(await source.reachable(AbortSignal.timeout(withinMs)));
await source.close();
