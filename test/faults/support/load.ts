import { encodeUserCreated } from '../../../src/domain/user-created.codec.js';
import { type OutgoingEvent } from '../../../src/domain/event-record.js';
import { type UserCreated } from '../../../src/domain/user-created.js';
import { type EventPublisher } from '../../../src/ports/event-publisher.port.js';
import { aUserCreated, SOME_TIME_MICROS } from '../../support/builders.js';
import { type Dice } from './dice.js';
import { attemptedOf, type History } from './history.js';

/** As a version 4 UUID, out of the dice, so that the same seed gives the same people. */
function uuidOf(dice: Dice): string {
  const digits = Array.from({ length: 32 }, () => dice.between(0, 16).toString(16)).join('');
  return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-4${digits.slice(13, 16)}-a${digits.slice(17, 20)}-${digits.slice(20)}`;
}

/** Events of `users` people (default: as many as events), whose later events are newer and have other values. */
export function someEvents(dice: Dice, count: number, { users = count, firstMicros = SOME_TIME_MICROS } = {}): readonly UserCreated[] {
  const people = Array.from({ length: users }, () => uuidOf(dice));
  return Array.from({ length: count }, (_, index) => {
    const userId = users === count ? (people[index] ?? '') : dice.pick(people);
    const fields = { first_name: `Ada ${index}`, last_name: `Lovelace ${dice.between(0, 1_000)}`, email: `ada.${index}@example.com` };
    return aUserCreated({ id: uuidOf(dice), userId, fields, timeMicros: firstMicros + index });
  });
}

export interface LoadOptions {
  readonly batch?: number;
  /** Milliseconds between the starts of two batches; 0: one after the other. */
  readonly everyMs?: number;
  /** How often a batch is tried again after a failure: the same events, as a source would. */
  readonly retries?: number;
  readonly signal?: AbortSignal;
  /** Other bytes than an event's own, such as poison. */
  readonly encode?: (event: UserCreated) => OutgoingEvent;
}

/** Publishes events batch by batch, one after the other, and writes down what it was told of each. */
export async function publishAll(publisher: EventPublisher, topic: string, events: readonly UserCreated[], history: History, options: LoadOptions = {}): Promise<void> {
  const { batch = 100, everyMs = 0, retries = 0, signal, encode = encodeUserCreated } = options;
  for (let from = 0; from < events.length && signal?.aborted !== true; from += batch) {
    const startedAt = performance.now();
    const some = events.slice(from, from + batch);
    history.attempt(attemptedOf(some));
    await publishOne(publisher, topic, some, { history, retries, encode, signal });
    const left = everyMs - (performance.now() - startedAt);
    if (left > 0) await new Promise((resolve) => setTimeout(resolve, left));
  }
}

/** Ever new events of ever new people, until `signal` aborts: `each` is called with some before they are published. */
export async function publishOn(publisher: EventPublisher, topic: string, dice: Dice, history: History, options: LoadOptions & { readonly signal: AbortSignal; readonly each?: (events: readonly UserCreated[]) => void }): Promise<void> {
  const { batch = 100 } = options;
  for (const size = 10 * batch; !options.signal.aborted; ) {
    const events = someEvents(dice, size, { users: size / 2 });
    options.each?.(events);
    await publishAll(publisher, topic, events, history, options);
  }
}

async function publishOne(publisher: EventPublisher, topic: string, events: readonly UserCreated[], { history, retries, encode, signal }: { history: History; retries: number; encode: (event: UserCreated) => OutgoingEvent; signal: AbortSignal | undefined }): Promise<void> {
  const ids = events.map(({ id }) => id);
  for (let attempt = 0; attempt <= retries; attempt += 1) {
    try {
      await publisher.publish(topic, events.map(encode));
      history.acknowledge(ids);
      return;
    } catch {
      history.doubt(ids);
      if (signal?.aborted === true) return;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
}
