import { type OutgoingEvent, type Position, type RecordedEvent } from '../../src/domain/event-record.js';
import { type Clock } from '../../src/ports/clock.port.js';
import { BusUnavailableError, UnknownTopicError } from '../../src/ports/event-bus.errors.js';
import { type CommittedOffset, type EventLog, type PartitionLag, type PartitionOffsets, type Stretch } from '../../src/ports/event-log.port.js';
import { type EventPublisher } from '../../src/ports/event-publisher.port.js';
import { type EventTopics, type TopicSpec } from '../../src/ports/event-topics.port.js';

/** What outlives processes in a unit test: topics of one partition, in memory. */
export class InMemoryLog {
  readonly topics = new Map<string, RecordedEvent[]>();
  readonly specs = new Map<string, TopicSpec>();
  private readonly listeners = new Set<() => void>();

  constructor(readonly clock: Clock) {}

  records(topic: string): RecordedEvent[] {
    const records = this.topics.get(topic);
    if (records === undefined) throw new UnknownTopicError(`no topic ${topic}`);
    return records;
  }

  append(topic: string, { key, value, headers }: OutgoingEvent): Position {
    const records = this.records(topic);
    const position = { topic, partition: 0, offset: records.length };
    records.push({ ...position, timestampMs: this.clock.now(), timestampType: 'append', key: key === null ? null : Buffer.from(key), value, headers });
    for (const listener of [...this.listeners]) listener();
    return position;
  }

  /** Resolves at the next append, or when the signal aborts. */
  grown(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const end = () => {
        this.listeners.delete(end);
        signal.removeEventListener('abort', end);
        resolve();
      };
      this.listeners.add(end);
      signal.addEventListener('abort', end, { once: true });
    });
  }
}

/** One process's connection to an InMemoryLog; it can be cut like a cable, or killed with its process. */
export class InMemoryBus implements EventPublisher, EventLog, EventTopics {
  private readonly death = new AbortController();
  private outage: ((topic: string) => boolean) | null = null;
  private loseAcknowledgement = false;

  constructor(readonly log: InMemoryLog) {}

  /** From now on nothing gets through, for these topics or for all. */
  cut(of: (topic: string) => boolean = () => true): void {
    this.outage = of;
  }

  mend(): void {
    this.outage = null;
  }

  /** The next publish is durable, and its caller is told that it failed. */
  loseNextAcknowledgement(): void {
    this.loseAcknowledgement = true;
  }

  /** kill -9: nothing that this process does has any effect any more. */
  kill(): void {
    this.death.abort();
  }

  async ensure(specs: readonly TopicSpec[]): Promise<void> {
    for (const spec of specs) {
      this.check(spec.name);
      if (!this.log.topics.has(spec.name)) this.log.topics.set(spec.name, []);
      this.log.specs.set(spec.name, spec);
    }
  }

  async publish(topic: string, events: readonly OutgoingEvent[]): Promise<readonly Position[]> {
    if (this.death.signal.aborted) return new Promise(() => undefined);
    this.check(topic);
    const positions = events.map((event) => this.log.append(topic, event));
    if (this.loseAcknowledgement) {
      this.loseAcknowledgement = false;
      throw new BusUnavailableError('the acknowledgement was lost');
    }
    return positions;
  }

  async offsets(topic: string): Promise<readonly PartitionOffsets[]> {
    this.check(topic);
    return [{ partition: 0, first: 0, end: this.log.records(topic).length }];
  }

  async at({ topic, offset }: Position): Promise<RecordedEvent | null> {
    return this.log.records(topic)[offset] ?? null;
  }

  async offsetAtTime(topic: string, _partition: number, timeMs: number): Promise<number> {
    const records = this.log.records(topic);
    const index = records.findIndex((record) => record.timestampMs >= timeMs);
    return index === -1 ? records.length : index;
  }

  async *read({ topic, from, to }: Stretch): AsyncIterable<readonly RecordedEvent[]> {
    const batch = this.log.records(topic).slice(from, to);
    if (batch.length > 0) yield batch;
  }

  async *tail({ topic, from }: { topic: string; from: number }, signal: AbortSignal): AsyncIterable<readonly RecordedEvent[]> {
    for (let next = from; !signal.aborted; ) {
      this.check(topic);
      const batch = this.death.signal.aborted ? [] : this.log.records(topic).slice(next);
      if (batch.length === 0) {
        await this.log.grown(signal);
        continue;
      }
      next += batch.length;
      yield batch;
    }
  }

  async committed(): Promise<readonly CommittedOffset[]> {
    return [];
  }

  async lag(): Promise<readonly PartitionLag[]> {
    return [];
  }

  private check(topic: string): void {
    if (this.outage?.(topic) === true) throw new BusUnavailableError('the bus is cut');
  }
}
