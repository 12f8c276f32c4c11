import { setTimeout as sleep } from 'node:timers/promises';
import { sumOf } from './prometheus.mjs';

const MB = 2 ** 20;

/** Looks at the app every `everyMs` for so long; a look that was not answered has the reason as `failed`, and nothing else but the time. */
export async function looks(app, { forMs, everyMs, tell }) {
  const seen = [];
  const started = performance.now();
  for (let next = started; next - started <= forMs; next = Math.max(next + everyMs, performance.now())) {
    await sleep(Math.max(0, next - performance.now()));
    app.mustRun();
    const hours = (performance.now() - started) / 3_600_000;
    seen.push({ hours, ...(await look(app)) });
    tell(seen.at(-1));
  }
  return seen;
}

async function look(app) {
  try {
    const text = await app.metrics();
    const ledger = (state) => sumOf(text, 'userstream_ledger_events', `state="${state}"`);
    return {
      residentMb: app.residentMb(),
      heapMb: sumOf(text, 'nodejs_heap_size_used_bytes') / MB,
      openFiles: app.openFiles(),
      lag: sumOf(text, 'userstream_lag_events'),
      stored: ledger('stored'),
      dead: ledger('dead'),
      unbalanced: sumOf(text, 'userstream_ledger_balanced') === countOf(text, 'userstream_ledger_balanced') ? 0 : 1,
    };
  } catch (error) {
    return { failed: error.message };
  }
}

const countOf = (text, name) => text.split('\n').filter((line) => line.startsWith(`${name}{`)).length;
