import { Dice } from './dice.js';

/** How much a run of the fault tests takes on: `npm test` the short form, `npm run test:faults` the long one. */
export const SCALE = process.env['USERSTREAM_FAULTS'] === 'long' ? 'long' : 'short';

/** `scaled({ short: 3, long: 30 })`: what this run takes. */
export function scaled<Value>(of: { readonly short: Value; readonly long: Value }): Value {
  return of[SCALE];
}

/** What a test may take at most, milliseconds: many times what it takes on a machine that has nothing else to do. */
export const TEST_MS = scaled({ short: 600_000, long: 1_800_000 });

const given = process.env['USERSTREAM_FAULT_SEED'];

/** Of this run: the one that was given, else another one each time. Each test's title names it. */
export const SEED = given === undefined ? Math.floor(Math.random() * 1_000_000) : Number(given);

/** A test's own dice: the same for the same seed, whichever tests ran before. */
export function diceFor(test: string): Dice {
  let mixed = SEED;
  for (const letter of test) mixed = (Math.imul(mixed, 31) + letter.charCodeAt(0)) >>> 0;
  return new Dice(mixed);
}
