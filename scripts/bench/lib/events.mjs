import { randomUUID } from 'node:crypto';
import { built } from './built.mjs';

const FIRST = ['Ada', 'Grace', 'Zoë', 'Søren', 'Мария', 'José', '小明', 'Anaïs'];
const LAST = ['Lovelace', 'Hopper', 'Ångström', 'Kierkegaard', 'Петрова', 'Núñez', '王', 'Müller'];
const START_MICROS = Date.UTC(2026, 0, 1) * 1_000;

/** Invented people, each with an id of its own, at random as real ids are. */
export function person(number) {
  const [first, last] = [FIRST[number % FIRST.length], LAST[(number >> 3) % LAST.length]];
  return { id: randomUUID(), fields: { first_name: first, last_name: last, email: `person.${number}@example.com` } };
}

/** Events as ingestion makes them: `count` of them from `from` on, ready to publish. */
export async function outgoingEvents(from, count) {
  const { encodeUserCreated } = await built('domain/user-created.codec');
  const runId = randomUUID();
  return Array.from({ length: count }, (_, index) =>
    encodeUserCreated({
      id: randomUUID(),
      source: '/userstream/synthetic',
      timeMicros: START_MICROS + (from + index) * 1_000 + (index % 1_000),
      user: person(from + index),
      runId,
      fetchedAtMs: Date.now(),
      redriveOf: null,
    }),
  );
}
