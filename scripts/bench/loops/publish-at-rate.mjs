/**
 * Publishes events at a fixed rate through our EventPublisher, whatever became of those before: event n is due n / rate
 * after the start, carries that moment as its time, and is measured from it. So a wait that holds up one hand-over
 * counts for every event that fell due meanwhile (no coordinated omission). One batch at a time, of all that is due.
 * Before, as many events that are not due and not measured as `warmUp` says, at the same rate. Prints the legs.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { built } from '../lib/built.mjs';
import { dueClock, NOT_DUE_MICROS } from '../lib/due-clock.mjs';
import { person } from '../lib/events.mjs';
import { Legs } from '../lib/legs.mjs';
import { openOurLog } from '../lib/our-log.mjs';

const { log: where, topic, rate, count, warmUp, offset } = JSON.parse(process.argv[2]);
const MOST = 500;
const { encodeUserCreated } = await built('domain/user-created.codec');
const now = dueClock(offset);
const log = await openOurLog(where);
const legs = new Legs();
const runId = randomUUID();
let people = 0;

await atRate(warmUp, () => NOT_DUE_MICROS);
await atRate(count, (due) => due);
await log.close();
console.log(JSON.stringify(legs));

/** Hands over so many events as they fall due; `timeOf` makes an event's time of when it was due. */
async function atRate(total, timeOf) {
  const start = now();
  const dueAt = (n) => Math.round(start + (n * 1e6) / rate);
  for (let next = 0; next < total; ) {
    const waitMs = (dueAt(next) - now()) / 1_000;
    if (waitMs > 0) {
      await sleep(waitMs);
      continue;
    }
    const dues = [];
    for (const at = now(); next < total && dues.length < MOST && dueAt(next) <= at; next += 1) dues.push(timeOf(dueAt(next)));
    await handOver(dues);
  }
}

async function handOver(dues) {
  record('fetched', dues);
  const fetchedAtMs = Date.now();
  await log.publisher.publish(topic, dues.map((due) => eventOf(due, fetchedAtMs)));
  record('published', dues);
}

function record(leg, dues) {
  const at = now();
  for (const due of dues) if (due !== NOT_DUE_MICROS) legs.record(leg, at - due);
}

function eventOf(timeMicros, fetchedAtMs) {
  return encodeUserCreated({ id: randomUUID(), source: '/userstream/synthetic', timeMicros, user: person((people += 1)), runId, fetchedAtMs, redriveOf: null });
}
