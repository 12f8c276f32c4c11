import { lineThrough } from './flatness.mjs';
import { atLeast, atMost, count } from './report.mjs';

/** How much the line through what was seen may rise from the end of the warm-up to the end. */
export const LIMITS = { residentMb: 20, heapMb: 20, openFiles: 3 };
/** The lag may rise by what arrives in this time. */
const LAG_SECONDS = 1;
/** Windows turn over and the first and the last look come in the midst of a batch. */
const STORED_SHARE = 0.98;

/** The lines of a soak: what was measured, the slope, the limit and whether it holds. */
export function soakLines(seen, { rate, warmUpHours }) {
  const answered = seen.filter(({ failed }) => failed === undefined);
  const flat = (what, name, unit, limit) => flatLine(answered, { what, name, unit, limit, warmUpHours });
  return [
    flat('resident memory', 'residentMb', 'MB', LIMITS.residentMb),
    flat('heap in use', 'heapMb', 'MB', LIMITS.heapMb),
    flat('open files and sockets', 'openFiles', 'descriptors', LIMITS.openFiles),
    flat('lag', 'lag', 'events', rate * LAG_SECONDS),
    ledgerLine(answered, rate),
    { what: 'looks', measured: `${count(seen.length)}, ${seen.length - answered.length} not answered`, budgets: [atMost('not answered', 0, seen.length - answered.length)] },
  ];
}

function flatLine(answered, { what, name, unit, limit, warmUpHours }) {
  const line = lineThrough(answered.map((look) => [look.hours, look[name]]), warmUpHours);
  const budgets = [atMost(`rise, ${unit}`, limit, line?.rise ?? NaN)];
  if (line === null) return { what, measured: 'not known: too few looks, or this system has no /proc', budgets };
  const measured = `${line.last.toFixed(0)} ${unit} at the end, ${line.most.toFixed(0)} at most, slope ${signed(line.perHour)}/h, rise ${signed(line.rise)}`;
  return { what, measured, slopePerHour: line.perHour, rise: line.rise, budgets };
}

/** A lag of nothing is worth nothing if nothing came. */
function ledgerLine(answered, rate) {
  const [first, last] = [answered[0], answered.at(-1)];
  const perSecond = last === undefined ? NaN : (last.stored - first.stored) / ((last.hours - first.hours) * 3_600);
  const unbalanced = answered.filter((look) => look.unbalanced !== 0).length;
  return {
    what: 'ledger',
    measured: `${count(last?.stored ?? 0)} stored, ${perSecond.toFixed(1)}/s, ${last?.dead ?? 0} dead, out of balance in ${unbalanced} looks`,
    budgets: [atLeast('stored/s', rate * STORED_SHARE, perSecond), atMost('dead', 0, last?.dead ?? NaN), atMost('out of balance', 0, unbalanced)],
  };
}

const signed = (number) => `${number >= 0 ? '+' : ''}${number.toFixed(1)}`;
