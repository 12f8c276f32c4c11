import { type History } from './history.js';
import { type Installation } from './installation.js';
import { publishAll, someEvents } from './load.js';
import { diceFor, scaled } from './scale.js';

/** Of a test of fault 5. */
export const EVENTS = scaled({ short: 1_200, long: 6_000 });
export const USERS = EVENTS / 4;
const PARTS = 3;

/** Publishes the events of a test in parts, 0 to 2: all of them of the same users, the later ones newer. */
export function partsOf(name: string, installation: Installation, history: History): (part: number) => Promise<void> {
  const events = someEvents(diceFor(name), EVENTS, { users: USERS });
  const size = EVENTS / PARTS;
  return (part) => publishAll(installation.publisher, installation.topic, events.slice(part * size, (part + 1) * size), history);
}
