import { randomUUID } from 'node:crypto';
import { type OutgoingEvent, type RecordedEvent } from '../../../src/domain/event-record.js';
import { type TallyDelta } from '../../../src/domain/tally.js';
import { type BatchHandler, type EventBatch, type EventConsumer, type Subscription } from '../../../src/ports/event-consumer.port.js';
import { type EventLog } from '../../../src/ports/event-log.port.js';
import { type EventPublisher } from '../../../src/ports/event-publisher.port.js';
import { type EventTopics, type TopicSpec } from '../../../src/ports/event-topics.port.js';
import { eventually } from '../../support/eventually.js';

/** What is different from bus to bus, and is no part of the contract. Times in milliseconds. */
export interface BusTraits {
  /** How long a consumer may take to join, to hand over a partition, or to take over from a dead one. */
  readonly rebalanceMs: number;
  /** How long an event may take from its append to whoever waits for it. */
  readonly noticeMs: number;
  /** How many bytes of value fit into a topic of this limit, beside a key of so many bytes and no headers. */
  readonly largestValue: (maxEventBytes: number, keyBytes: number) => number;
}

/** A consumer as if it had a process of its own. */
export interface OpenedConsumer {
  readonly consumer: EventConsumer;
  /** Dies as by kill -9: nothing is finished, committed or left. */
  die(): Promise<void>;
}

/** A bus with its data. The members are to be read anew after `reopen`. */
export interface BusUnderTest {
  readonly topics: EventTopics;
  readonly publisher: EventPublisher;
  readonly log: EventLog;
  openConsumer(): Promise<OpenedConsumer>;
  /** A restart: everything is closed and opened again on the same data. */
  reopen(): Promise<void>;
  /** Ends everything, consumers too. */
  close(): Promise<void>;
}

/** What the suite's parts are given. */
export interface Suite {
  readonly traits: BusTraits;
  readonly bus: BusUnderTest;
  /** `eventually` with the bus's own patience. */
  settles<Result>(assertion: () => Result | Promise<Result>): Promise<Result>;
}

export function aSpec(given: Partial<TopicSpec> = {}): TopicSpec {
  return { name: `topic-${randomUUID()}`, partitions: 1, cleanup: { policy: 'delete', maxAgeMs: null, maxBytes: null }, maxEventBytes: 100_000, whenItExists: 'any', ...given };
}

export function anEvent(value: string, key: string | null = null): OutgoingEvent {
  return { key, value: Buffer.from(value), headers: {} };
}

/** So many events of one key, or of keys that spread over the partitions. */
export function events(count: number, given: { key?: string; prefix?: string } = {}): readonly OutgoingEvent[] {
  return Array.from({ length: count }, (_, index) => anEvent(`${given.prefix ?? 'event'}-${index}`, given.key ?? `key-${index}`));
}

export const valueOf = (event: RecordedEvent | OutgoingEvent) => String(event.value);
export const valuesOf = (batch: readonly (RecordedEvent | OutgoingEvent)[]) => batch.map(valueOf);
export const allStored = (batch: Pick<EventBatch, 'events'>): TallyDelta => ({ stored: batch.events.length, dead: 0, skipped: 0 });

export async function readAll(log: EventLog, topic: string, partitions = 1): Promise<readonly RecordedEvent[]> {
  const read: RecordedEvent[] = [];
  for (let partition = 0; partition < partitions; partition += 1) {
    for await (const batch of log.read({ topic, partition, from: 0, to: Infinity })) read.push(...batch);
  }
  return read;
}

/** A consumer at work: what it was given, and how to end it. */
export class Reading {
  readonly batches: EventBatch[] = [];
  private readonly stopping = new AbortController();
  private readonly end: Promise<void>;

  constructor(readonly consumer: EventConsumer, subscription: Subscription, handle: BatchHandler = async (batch) => allStored(batch)) {
    const taking: BatchHandler = (batch, signal) => {
      this.batches.push(batch);
      return handle(batch, signal);
    };
    this.end = consumer.run(subscription, taking, this.stopping.signal);
    this.end.catch(() => undefined);
  }

  get events(): readonly RecordedEvent[] {
    return this.batches.flatMap((batch) => batch.events);
  }

  get values(): readonly string[] {
    return valuesOf(this.events);
  }

  /** The partitions that it holds. */
  get partitions(): readonly number[] {
    return this.consumer.status().partitions.map(({ partition }) => partition);
  }

  stop(): Promise<void> {
    this.stopping.abort();
    return this.end;
  }

  /** As `run` does: resolves when it was told to stop and is done, rejects with what ended it. */
  ended(): Promise<void> {
    return this.end;
  }
}

/** A promise that the test settles by hand. */
export function deferred<Result = void>(): { readonly promise: Promise<Result>; resolve(result: Result): void; reject(error: unknown): void } {
  let resolve!: (result: Result) => void;
  let reject!: (error: unknown) => void;
  const promise = new Promise<Result>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}

export function settlesWithin(traits: BusTraits): Suite['settles'] {
  return (assertion) => eventually(assertion, { withinMs: traits.rebalanceMs + traits.noticeMs + 10_000 });
}
