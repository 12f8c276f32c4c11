import { createHash } from 'node:crypto';
import { Logger } from '@nestjs/common';
import { recordWith, type Position, type RecordedEvent } from '../../src/domain/event-record.js';
import { foreignEventId, toUserId } from '../../src/domain/ids.js';
import { encodeUserCreated } from '../../src/domain/user-created.codec.js';
import { decodeDeadLetter } from '../../src/modules/processing/dead-letters/dead-letter.codec.js';
import { type AppProcess } from '../support/app-process.js';
import { readinessOf } from '../support/cluster.js';
import { eventually } from '../support/eventually.js';
import { NOTHING_WRONG } from './support/checker.js';
import { type Dice } from './support/dice.js';
import { History } from './support/history.js';
import { type Adapters, type Installation } from './support/installation.js';
import { someEvents } from './support/load.js';
import { idOf, positionOf, type Observation } from './support/observation.js';
import { somePoison, type Message, type Poison } from './support/poison.js';
import { report } from './support/report.js';
import { diceFor, scaled, SEED } from './support/scale.js';

const MESSAGES = scaled({ short: 4_000, long: 10_000 });
const POISONED = MESSAGES / 100;
const BATCH = 100;

/** An installation with its topic, and a way to put any bytes there. */
export interface Poisoned {
  readonly installation: Installation;
  /** The position of each message, in their order. */
  send(messages: readonly Message[]): Promise<readonly Position[]>;
  close(): Promise<void>;
}

interface Good extends Message {
  /** Null where the event is named after its place. */
  readonly userId: string | null;
}
type Placed = { readonly message: Good | Poison; readonly at: Position };

/** Fault 4: messages that can never be stored, among those that can. `more`: what only these adapters can be given. */
export function poisonOn(adapters: Adapters, { open, more }: { open: () => Promise<Poisoned>; more: (dice: Dice) => readonly Poison[] }): void {
  describe(`poison, on ${adapters} (seed ${SEED})`, () => {
    let opened: Poisoned;
    beforeEach(async () => {
      Logger.overrideLogger(false);
      opened = await open();
    });
    afterEach(() => opened.close());

    it('exactly the poison becomes dead letters, each with its reason and as it was; all else is stored', async () => {
      const dice = diceFor('poison');
      const { installation, send } = opened;
      const app = installation.start('processing,admin');
      const poison = somePoison(dice, POISONED, more(dice));
      const placed = await sendAll(dice.shuffle<Good | Poison>([...goodOnes(dice, MESSAGES - poison.length), ...poison]), send);

      // The app makes the table while they are sent.
      const history = historyOf(placed, await eventually(() => installation.observe(), { withinMs: 90_000, everyMs: 500 }));
      const { verdict, seen } = await installation.settled(history);
      expect(verdict).toEqual(NOTHING_WRONG);
      const expected = placed.filter(isPoison);
      expect(fatesIn(seen)).toEqual(new Map(expected.map(({ message: { stage, reason }, at }) => [positionOf(at), { stage, reason, ...asItLies(recordAt(seen, at)) }])));
      expect(await listed(app)).toEqual(new Map(expected.map(({ message: { reason }, at }) => [positionOf(at), reason])));
      expect(await readinessOf(app)).toMatchObject({ status: 'ok' });
      const kinds = new Set(poison.map(({ kind }) => kind));
      report({
        fault: 4,
        name: 'poison',
        adapters,
        injected: `${poison.length} messages of ${kinds.size} kinds that can never be stored among ${MESSAGES}: ${[...kinds].sort().join('; ')}`,
        figures: { lost: 0, 'dead letters': expected.length, 'good ones dead': 0, 'altered bytes or headers': 0, 'refused by the table alone': poison.filter(({ stage }) => stage === 'store').length, reasons: new Set(poison.map(({ reason }) => reason)).size },
      });
    });
  });
}

/** Events of ours, and of somebody else's producer: with an id in the value, or with nothing to name them by. */
function goodOnes(dice: Dice, count: number): readonly Good[] {
  return someEvents(dice, count).map((event): Good => {
    const { id, fields } = event.user;
    if (dice.chance(0.6)) return { ...encodeUserCreated(event), userId: id };
    if (dice.chance(0.5)) return { key: null, value: Buffer.from(JSON.stringify({ id, ...fields })), headers: {}, userId: toUserId(id) };
    return { key: null, value: Buffer.from(JSON.stringify(fields)), headers: {}, userId: null };
  });
}

async function sendAll(messages: readonly (Good | Poison)[], send: Poisoned['send']): Promise<readonly Placed[]> {
  const placed: Placed[] = [];
  for (let from = 0; from < messages.length; from += BATCH) {
    const some = messages.slice(from, from + BATCH);
    const positions = await send(some);
    some.forEach((message, index) => placed.push({ message, at: positions[index]! }));
  }
  return placed;
}

/** What was sent, by where it lies; the log has taken it as it was, or nothing that follows would mean anything. */
function historyOf(placed: readonly Placed[], seen: Observation): History {
  const history = new History();
  for (const one of placed) {
    const { message, at } = one;
    const record = recordAt(seen, at);
    expect(asItLies(record)).toMatchObject(asItLies(recordWith(record, { value: message.value, headers: message.headers, key: message.key === null ? null : Buffer.from(message.key) })));
    const id = idOf(record);
    if (isPoison(one)) history.poison.add(id);
    history.attempt([{ id, userId: isPoison(one) ? `of ${id}` : ((message as Good).userId ?? foreignEventId(record)) }]);
    history.acknowledge([id]);
  }
  return history;
}

function isPoison(placed: Placed): placed is Placed & { readonly message: Poison } {
  return 'reason' in placed.message;
}

/** A map of the records of an observation is made once. */
const indexes = new WeakMap<Observation, ReadonlyMap<string, RecordedEvent>>();
function recordAt(seen: Observation, at: Position): RecordedEvent {
  const index = indexes.get(seen) ?? new Map(seen.records.map((record) => [positionOf(record), record]));
  indexes.set(seen, index);
  const record = index.get(positionOf(at));
  if (record === undefined) throw new Error(`nothing lies at ${positionOf(at)}`);
  return record;
}

/** Bytes by their hash: two of a megabyte take long to compare, and longer to print. */
function asItLies({ topic, partition, offset, timestampMs, timestampType, key, value, headers }: RecordedEvent) {
  return { topic, partition, offset, timestampMs, timestampType, headers, key: key?.toString('hex') ?? null, value: value === null ? null : `${value.length} bytes ${createHash('sha256').update(value).digest('hex')}` };
}

/** What became of the originals, by their positions; one that died twice, or was cut, shows. */
function fatesIn({ deadLetters }: Observation): ReadonlyMap<string, object> {
  const fates = new Map<string, object>();
  for (const recorded of deadLetters) {
    const letter = decodeDeadLetter(recorded);
    if (letter === null) throw new Error(`${positionOf(recorded)} of the dead letters is none`);
    const { original, reason, stage, truncation } = letter;
    const place = positionOf(original);
    fates.set(place, { stage, reason, ...asItLies(original), ...(truncation === null ? {} : { truncation }), ...(fates.has(place) ? { twice: true } : {}) });
  }
  return fates;
}

interface Listed {
  readonly items: readonly { readonly original: Position; readonly reason: string }[];
  readonly next: string | null;
}

/** What an operator is shown, page by page. */
async function listed(app: AppProcess): Promise<ReadonlyMap<string, string>> {
  const reasons = new Map<string, string>();
  for (let next: string | null = ''; next !== null; ) {
    const { body }: { body: Listed } = await app.get<Listed>(`/api/v1/dead-letters?limit=50${next === '' ? '' : `&cursor=${encodeURIComponent(next)}`}`);
    for (const { original, reason } of body.items) reasons.set(positionOf(original), reason);
    next = body.next;
  }
  return reasons;
}
