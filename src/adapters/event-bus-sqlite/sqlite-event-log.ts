import { type Position, type RecordedEvent } from '../../domain/event-record.js';
import { DataLockedError } from '../../domain/errors.js';
import { type Clock } from '../../ports/clock.port.js';
import { EventLog, type CommittedOffset, type PartitionLag, type PartitionOffsets, type Stretch } from '../../ports/event-log.port.js';
import { Backoff } from '../shared/backoff.js';
import { translatingBusErrors } from './bus-errors.js';
import { EventReader } from './event-reader.js';
import { GroupPositions } from './group-positions.js';
import { Latch } from './latch.js';
import { type LogFiles } from './log-files.js';
import { type LogFile } from './log-file.js';
import { type Partition, type Topic } from './topic-catalog.js';

const BATCH = { events: 500, bytes: 4 * 1024 * 1024 };
const LOCK_BACKOFF = { baseMs: 10, maxMs: 500 };

/** Reads the data files. */
export class SqliteEventLog extends EventLog {
  constructor(private readonly files: LogFiles, private readonly clock: Clock) {
    super();
  }

  async offsets(topicName: string): Promise<readonly PartitionOffsets[]> {
    return this.inTopic(topicName, (file, topic) => topic.partitions.map((partition) => readerOf(file, topic, partition).bounds()));
  }

  async at(position: Position): Promise<RecordedEvent | null> {
    return this.inTopic(position.topic, (file, topic) => {
      const partition = topic.partitions[position.partition];
      return partition === undefined ? null : readerOf(file, topic, partition).at(position.offset);
    });
  }

  async offsetAtTime(topicName: string, partition: number, timeMs: number): Promise<number> {
    const { reader } = this.reader(topicName, partition);
    return translatingBusErrors(() => reader.offsetAtTime(timeMs));
  }

  async *read({ topic, partition, from, to }: Stretch, signal?: AbortSignal): AsyncIterable<readonly RecordedEvent[]> {
    const { reader } = this.reader(topic, partition);
    const end = Math.min(to, translatingBusErrors(() => reader.bounds()).end);
    for (let next = from; next < end; ) {
      signal?.throwIfAborted();
      const events = translatingBusErrors(() => reader.read(next, end, BATCH));
      const last = events.at(-1);
      if (last === undefined) return;
      yield events;
      next = last.offset + 1;
    }
  }

  async *tail({ topic, partition, from }: { topic: string; partition: number; from: number }, signal: AbortSignal): AsyncIterable<readonly RecordedEvent[]> {
    const { file, reader } = this.reader(topic, partition);
    const news = new Latch();
    const ring = () => news.ring();
    const forget = file.changes.listen(ring);
    signal.addEventListener('abort', ring);
    this.files.closed.addEventListener('abort', ring);
    try {
      for (let next = from; !signal.aborted; ) {
        const events = await this.readPatiently(reader, next, signal);
        const last = events.at(-1);
        if (last === undefined) await news.heard();
        else {
          yield events;
          next = last.offset + 1;
        }
      }
    } finally {
      forget();
      signal.removeEventListener('abort', ring);
      this.files.closed.removeEventListener('abort', ring);
    }
  }

  async committed(topicName: string, group: string): Promise<readonly CommittedOffset[]> {
    return this.inTopic(topicName, (file, topic) => new GroupPositions(file.sqlite, group).all(topic));
  }

  async lag(topicName: string, group: string): Promise<readonly PartitionLag[]> {
    return this.inTopic(topicName, (file, topic) => {
      const committed = new Map(new GroupPositions(file.sqlite, group).all(topic).map(({ partition, offset }) => [partition, offset]));
      return topic.partitions.map((partition) => {
        const { first, end } = readerOf(file, topic, partition).bounds();
        const offset = committed.get(partition.number) ?? null;
        return { partition: partition.number, end, committed: offset, lag: Math.max(0, end - (offset ?? first)) };
      });
    });
  }

  /** A lock cannot end a tail: it is waited out. */
  private async readPatiently(reader: EventReader, from: number, signal: AbortSignal): Promise<readonly RecordedEvent[]> {
    const backoff = new Backoff(LOCK_BACKOFF);
    while (!signal.aborted) {
      this.files.throwIfClosed();
      try {
        return reader.read(from, Infinity, BATCH);
      } catch (error) {
        if (!(error instanceof DataLockedError)) throw error;
        await backoff.wait(this.clock, signal);
      }
    }
    return [];
  }

  /** The topic, in one state of its file. */
  private inTopic<Result>(topicName: string, work: (file: LogFile, topic: Topic) => Result): Result {
    return translatingBusErrors(() => {
      const { file, topic } = this.files.topic(topicName);
      return file.sqlite.read(() => work(file, topic));
    });
  }

  private reader(topicName: string, number: number): { file: LogFile; reader: EventReader } {
    const { file, topic } = translatingBusErrors(() => this.files.topic(topicName));
    const partition = topic.partitions[number];
    if (partition === undefined) throw new RangeError(`topic ${topicName} has partitions 0 to ${topic.partitions.length - 1}, not ${number}`);
    return { file, reader: readerOf(file, topic, partition) };
  }
}

function readerOf(file: LogFile, topic: Topic, partition: Partition): EventReader {
  return new EventReader(file.sqlite, topic.name, partition);
}
