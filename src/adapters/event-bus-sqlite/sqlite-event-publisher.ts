import { type OutgoingEvent, type Position } from '../../domain/event-record.js';
import { type Clock } from '../../ports/clock.port.js';
import { EventTooLargeError } from '../../ports/event-bus.errors.js';
import { EventPublisher } from '../../ports/event-publisher.port.js';
import { asBusError } from './bus-errors.js';
import { sizeOf, toRow, type EventRow } from './event-row.js';
import { type LogFiles } from './log-files.js';
import { rowIdOf } from './log-schema.js';
import { partitionOfKey } from './partitioner.js';
import { type SqliteFile } from '../shared/sqlite-file.js';
import { type Partition, type Topic } from './topic-catalog.js';

/** The events of a call that go to one partition; `index` is an event's place in the call. */
interface Share {
  readonly partition: Partition;
  readonly rows: EventRow[];
  readonly indexes: number[];
}

/** Appends to the data file; calls that run at the same time share one transaction, and so one sync. */
export class SqliteEventPublisher extends EventPublisher {
  /** Events without a key go round the partitions, a call at a time. */
  private turn = 0;

  constructor(private readonly files: LogFiles, private readonly clock: Clock) {
    super();
  }

  /** @throws DiskFullError - nothing was published. */
  async publish(topicName: string, events: readonly OutgoingEvent[], signal?: AbortSignal): Promise<readonly Position[]> {
    signal?.throwIfAborted();
    if (events.length === 0) return [];
    try {
      const { file, topic } = this.files.topic(topicName);
      const shares = this.share(topic, events);
      return await file.writer.submit(() => this.append(file.sqlite, topic, shares), signal);
    } catch (error) {
      throw asBusError(error);
    }
  }

  private share(topic: Topic, events: readonly OutgoingEvent[]): readonly Share[] {
    const shares = new Map<Partition, Share>();
    const keyless = this.turn++ % topic.partitions.length;
    for (const [index, event] of events.entries()) {
      const row = toRow(event);
      if (row.bytes > topic.maxEventBytes) refuseTooLarge(topic, event, index);
      const number = event.key === null ? keyless : partitionOfKey(event.key, topic.partitions.length);
      const partition = topic.partitions[number] as Partition;
      let share = shares.get(partition);
      if (share === undefined) shares.set(partition, (share = { partition, rows: [], indexes: [] }));
      share.rows.push(row);
      share.indexes.push(index);
    }
    return [...shares.values()];
  }

  private append(file: SqliteFile, topic: Topic, shares: readonly Share[]): readonly Position[] {
    const positions: Position[] = [];
    const insert = file.prepare('INSERT INTO events (id, timestamp, key, value, headers) VALUES (?, ?, ?, ?, ?)');
    for (const { partition, rows, indexes } of shares) {
      const { first, timestamp } = this.reserve(file, partition, rows);
      for (const [place, row] of rows.entries()) {
        const offset = first + place;
        insert.run(rowIdOf(partition.id, offset), timestamp, row.key, row.value, row.headers);
        positions[indexes[place] as number] = { topic: topic.name, partition: partition.number, offset };
      }
    }
    return positions;
  }

  /** Takes the next offsets. The append time is this machine's clock, held back from going backwards. */
  private reserve(file: SqliteFile, partition: Partition, rows: readonly EventRow[]): { first: number; timestamp: number } {
    const bytes = rows.reduce((sum, row) => sum + row.bytes, 0);
    const [next, timestamp] = file
      .prepareRows(
        `UPDATE partitions SET next_offset = next_offset + ?, bytes = bytes + ?, last_timestamp = max(last_timestamp, ?)
         WHERE id = ? RETURNING next_offset, last_timestamp`,
      )
      .get(rows.length, bytes, Math.floor(this.clock.now()), partition.id) as [number, number];
    return { first: next - rows.length, timestamp };
  }
}

/** The headers' encoding takes a little more than the headers: what exceeds the limit with it is measured without. */
function refuseTooLarge(topic: Topic, event: OutgoingEvent, index: number): void {
  const size = sizeOf(event);
  if (size <= topic.maxEventBytes) return;
  throw new EventTooLargeError(`event ${index} of the batch has ${size} bytes, and ${topic.name} takes ${topic.maxEventBytes}`, index);
}
