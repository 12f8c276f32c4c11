import { type Message } from 'kafkajs';
import { type OutgoingEvent, type Position } from '../../domain/event-record.js';
import { EventTooLargeError } from '../../ports/event-bus.errors.js';
import { toMessage } from './kafka-records.js';
import { partitionOfKey } from './partitioner.js';
import { addedBytes, BATCH_OVERHEAD_BYTES, eventBytes, loneBatchBytes } from './record-size.js';
import { type TopicFacts } from './topic-catalog.js';
import { maxEventBytesOf } from './topic-settings.js';

/** An event on its way: `index` is its place in its publication. */
export interface Entry {
  readonly publication: Publication;
  readonly index: number;
  readonly partition: number;
  readonly message: Message;
}

/** An event that waits for a send. */
interface Prepared {
  readonly event: OutgoingEvent;
  readonly partition: number;
  readonly bytes: number;
}

/** What one send takes; kafkajs groups a partition's records in quadratic time. */
const MOST_EVENTS = 2_000;
const MOST_BYTES = 4 * 1_024 * 1_024;

/** One call of `publish`: it is over when all of its events are written, or one of them failed. */
export class Publication {
  readonly outcome: Promise<readonly Position[]>;
  prepared: readonly Prepared[] | null = null;
  /** How many have been given to a send. */
  taken = 0;
  over = false;
  private readonly positions: Position[] = [];
  private settled = 0;
  private resolve!: (positions: readonly Position[]) => void;
  private reject!: (error: unknown) => void;

  /** `turn` decides where events without a key go; `abandoned` is told when the signal has called it off in time. */
  constructor(
    readonly events: readonly OutgoingEvent[],
    readonly turn: number,
    private readonly signal: AbortSignal | undefined,
    private readonly abandoned: (publication: Publication) => void,
  ) {
    this.outcome = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
    signal?.addEventListener('abort', this.callOff, { once: true });
  }

  /** It is being handed over: from now on the outcome is waited for, whatever the signal says. */
  handOver(): void {
    this.signal?.removeEventListener('abort', this.callOff);
  }

  written(index: number, position: Position): void {
    this.positions[index] = position;
    this.settled += 1;
    if (this.settled === this.events.length) this.end(() => this.resolve(this.positions));
  }

  fail(error: unknown): void {
    this.end(() => this.reject(error));
  }

  private end(settle: () => void): void {
    if (this.over) return;
    this.over = true;
    this.handOver();
    settle();
  }

  private readonly callOff = () => {
    this.abandoned(this);
    this.fail(this.signal?.reason);
  };
}

/** Finds out where the events go; the publication fails where one of them does not fit. */
export function prepare(publication: Publication, facts: TopicFacts, topic: string): void {
  if (publication.prepared !== null) return;
  refuseTooLarge(publication, facts, topic);
  publication.prepared = publication.events.map((event) => {
    const { partitions } = facts;
    const partition = event.key === null ? publication.turn % partitions : partitionOfKey(Buffer.from(event.key), partitions);
    return { event, partition, bytes: addedBytes(event) };
  });
}

/** The publication fails, whole, with the first of its events that the topic does not take. */
export function refuseTooLarge(publication: Publication, { maxMessageBytes }: TopicFacts, topic: string): void {
  const limit = maxEventBytesOf(maxMessageBytes);
  const index = publication.events.findIndex((event) => eventBytes(event) > limit || loneBatchBytes(event) > maxMessageBytes);
  if (index < 0) return;
  const message = `event ${index} of the batch has ${eventBytes(publication.events[index] as OutgoingEvent)} bytes, and ${topic} takes ${limit}`;
  publication.fail(new EventTooLargeError(message, index, { remedy: `raise max.message.bytes of ${topic}, which is ${maxMessageBytes}` }));
}

/**
 * The next send: events in the order in which they were published, as many as fit. A partition's events are one batch
 * to its broker, so they stay within the topic's limit together.
 */
export function takeSend(waiting: readonly Publication[], { maxMessageBytes }: TopicFacts, timestamp: string): { entries: readonly Entry[]; left: Publication[] } {
  const entries: Entry[] = [];
  const bytes = new Map<number, number>();
  let total = 0;
  for (const [place, publication] of waiting.entries()) {
    for (const one of (publication.prepared ?? []).slice(publication.taken)) {
      const batch = (bytes.get(one.partition) ?? BATCH_OVERHEAD_BYTES) + one.bytes;
      const first = !bytes.has(one.partition);
      if (entries.length >= MOST_EVENTS || (entries.length > 0 && total + one.bytes > MOST_BYTES) || (!first && batch > maxMessageBytes)) {
        return { entries, left: waiting.slice(place) };
      }
      bytes.set(one.partition, batch);
      total += one.bytes;
      publication.handOver();
      entries.push({ publication, index: publication.taken++, partition: one.partition, message: toMessage(one.event, one.partition, timestamp) });
    }
  }
  return { entries, left: [] };
}
