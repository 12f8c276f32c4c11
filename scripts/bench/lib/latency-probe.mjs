/**
 * Loaded into a process of the app before it starts (`--import`): hears what the app's own meter hears, at the same
 * moments, and keeps it in histograms of high dynamic range, which it writes to `file` as the process ends. Events
 * carry the moment at which they were due as their time. Nothing in the app is there for this.
 */
import { writeFileSync } from 'node:fs';
import { built } from './built.mjs';
import { dueClock, NOT_DUE_MICROS } from './due-clock.mjs';
import { microsOf } from './event-time.mjs';
import { Legs } from './legs.mjs';

const { searchParams } = new URL(import.meta.url);
const now = dueClock(Number(searchParams.get('offset')));
const legs = new Legs();
const { ProcessingMeter } = await built('modules/processing/processing-meter');

hear('received', ({ events }) => {
  const at = now();
  for (const { headers, timestampMs } of events) {
    const due = microsOf(headers.ce_time);
    if (due === NOT_DUE_MICROS) continue;
    legs.record('appended', timestampMs * 1_000 - due);
    legs.record('received', at - due);
  }
});
hear('stored', (events) => {
  const at = now();
  for (const { timeMicros } of events) if (timeMicros !== NOT_DUE_MICROS) legs.record('stored', at - timeMicros);
});
process.once('exit', () => writeFileSync(searchParams.get('file'), JSON.stringify(legs)));

/** Calls `told` with what the meter's method is called with. @throws TypeError - the meter has no such method. */
function hear(name, told) {
  const own = ProcessingMeter.prototype[name];
  if (typeof own !== 'function') throw new TypeError(`the app's meter has no ${name} any more: what tells the latency now?`);
  ProcessingMeter.prototype[name] = function (subject) {
    told(subject);
    return own.call(this, subject);
  };
}
