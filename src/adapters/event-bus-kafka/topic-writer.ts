import { type Producer, type RecordMetadata } from 'kafkajs';
import { type OutgoingEvent, type Position } from '../../domain/event-record.js';
import { PipelineError } from '../../domain/errors.js';
import { BusUnavailableError, EventTooLargeError } from '../../ports/event-bus.errors.js';
import { asBusError, isTooLarge } from './kafka-errors.js';
import { prepare, Publication, refuseTooLarge, takeSend, type Entry } from './publication.js';
import { type TopicCatalog } from './topic-catalog.js';

/** What a writer sends with: a kafkajs producer, made when it is needed and made anew after a failure. */
export interface WriterOptions {
  readonly topic: string;
  readonly catalog: Pick<TopicCatalog, 'facts' | 'forget'>;
  readonly makeProducer: () => Pick<Producer, 'connect' | 'send' | 'disconnect'>;
  readonly now: () => number;
  /** Runs the work of a send, and remembers what it met. */
  readonly tracking: <Result>(work: () => Promise<Result>) => Promise<Result>;
}

/** Shorter than the client's own patience for an answer, so that it is the broker who says that it was too slow. */
const ACK_TIMEOUT_MS = 9_000;

/** How often partitions are sent again that an otherwise good answer left out. */
const SENDS = 4;

/**
 * Writes to one topic, one send at a time: with several in flight, an idempotent producer of kafkajs loses records
 * silently, and a plain one their order. What is published meanwhile goes together in the next send.
 */
export class TopicWriter {
  private waiting: Publication[] = [];
  private running = false;
  private producer: Promise<ReturnType<WriterOptions['makeProducer']>> | null = null;
  private turn = 0;

  constructor(private readonly options: WriterOptions) {}

  publish(events: readonly OutgoingEvent[], signal?: AbortSignal): Promise<readonly Position[]> {
    const publication = new Publication(events, this.turn++, signal, (abandoned) => {
      this.waiting = this.waiting.filter((one) => one !== abandoned);
    });
    this.waiting.push(publication);
    if (!this.running) {
      this.running = true;
      setImmediate(() => void this.drain());
    }
    return publication.outcome;
  }

  /** Rejects what still waits. */
  stop(reason: Error): void {
    for (const publication of this.waiting.splice(0)) publication.fail(reason);
  }

  private async drain(): Promise<void> {
    while (this.waiting.length > 0) {
      const entries = await this.nextSend();
      if (entries.length > 0) await this.deliver(entries);
    }
    this.running = false;
  }

  /** Whatever goes before a send may still be called off; what is wrong with one publication is its own. */
  private async nextSend(): Promise<readonly Entry[]> {
    try {
      const facts = await this.options.tracking(() => this.options.catalog.facts(this.options.topic));
      for (const publication of [...this.waiting]) prepare(publication, facts, this.options.topic);
      this.waiting = this.waiting.filter(({ over }) => !over);
      const { entries, left } = takeSend(this.waiting, facts, String(Math.floor(this.options.now())));
      this.waiting = left;
      return entries;
    } catch (error) {
      this.stop(error as Error);
      return [];
    }
  }

  /** Sends, and says to each publication what became of its part; what is refused goes again in smaller pieces. */
  private async deliver(given: readonly Entry[]): Promise<void> {
    const entries = given.filter(({ publication }) => !publication.over);
    if (entries.length === 0) return;
    try {
      for (const [entry, position] of await this.send(entries)) entry.publication.written(entry.index, position);
    } catch (error) {
      if (isTooLarge(error)) await this.lookAtLimit(entries);
      const pieces = piecesAfter(error, entries);
      if (pieces === null) this.fail(entries, error);
      else for (const piece of pieces) await this.deliver(piece);
    }
  }

  /** The limit that we knew may have been lowered: then whole publications are refused, before anything of them is written. */
  private async lookAtLimit(entries: readonly Entry[]): Promise<void> {
    const { topic, catalog } = this.options;
    catalog.forget(topic);
    const facts = await catalog.facts(topic).catch(() => null);
    if (facts !== null) for (const { publication } of entries) refuseTooLarge(publication, facts, topic);
  }

  private async send(entries: readonly Entry[]): Promise<ReadonlyMap<Entry, Position>> {
    const { topic, catalog, tracking } = this.options;
    const positions = new Map<Entry, Position>();
    let missing = entries;
    for (let tries = 0; tries < SENDS && missing.length > 0; tries += 1) {
      const answer = await tracking(() => this.sendOnce(missing));
      place(topic, missing, answer, positions);
      missing = missing.filter((entry) => !positions.has(entry));
    }
    if (missing.length === 0) return positions;
    catalog.forget(topic);
    throw new BusUnavailableError(`the brokers acknowledged a batch for ${topic} without all of its partitions`, { remedy: 'see whether its leaders are moving; it goes on by itself' });
  }

  private async sendOnce(entries: readonly Entry[]): Promise<readonly RecordMetadata[]> {
    const producer = (this.producer ??= this.connect());
    try {
      const messages = entries.map(({ message }) => message);
      return await (await producer).send({ topic: this.options.topic, acks: -1, timeout: ACK_TIMEOUT_MS, messages });
    } catch (error) {
      // Whatever state the failure has left it in: the next send has a new one, which also knows no metadata of before.
      if (this.producer === producer) this.producer = null;
      void producer.then((one) => one.disconnect()).catch(() => undefined);
      throw error;
    }
  }

  private async connect(): Promise<ReturnType<WriterOptions['makeProducer']>> {
    const producer = this.options.makeProducer();
    await producer.connect();
    return producer;
  }

  private fail(entries: readonly Entry[], error: unknown): void {
    const { topic, catalog } = this.options;
    catalog.forget(topic);
    for (const { publication, index } of entries) {
      publication.fail(isTooLarge(error) ? new EventTooLargeError(`Kafka refuses event ${index} of the batch for its size`, index, { cause: error, remedy: `raise max.message.bytes of ${topic}` }) : asBusError(error, { topic }));
    }
    this.waiting = this.waiting.filter(({ over }) => !over);
  }
}

/** The positions of what an answer covers: a partition's events lie one after the other from its base offset on. */
function place(topic: string, entries: readonly Entry[], answer: readonly RecordMetadata[], positions: Map<Entry, Position>): void {
  const bases = new Map(answer.filter(({ errorCode, baseOffset }) => errorCode === 0 && baseOffset !== undefined).map(({ partition, baseOffset }) => [partition, Number(baseOffset)]));
  for (const entry of entries) {
    const offset = bases.get(entry.partition);
    if (offset === undefined) continue;
    positions.set(entry, { topic, partition: entry.partition, offset });
    bases.set(entry.partition, offset + 1);
  }
}

/**
 * How to try again what was refused for what is in it: publication by publication, so that one does not fail for
 * another, and then in halves. Null where smaller pieces would fare no better.
 */
function piecesAfter(error: unknown, entries: readonly Entry[]): readonly (readonly Entry[])[] | null {
  const ofTheBus = error instanceof PipelineError && error.disposition === 'retry';
  if (ofTheBus || entries.length === 1) return null;
  const publications = [...new Set(entries.map(({ publication }) => publication))];
  if (publications.length > 1) return publications.map((publication) => entries.filter((entry) => entry.publication === publication));
  if (!isTooLarge(error)) return null;
  const half = Math.ceil(entries.length / 2);
  return [entries.slice(0, half), entries.slice(half)];
}
