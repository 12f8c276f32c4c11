import { type RecordedEvent } from '../../domain/event-record.js';
import { type PartitionOffsets } from '../../ports/event-log.port.js';
import { type BatchLimits } from '../event-bus-shared/batch-limits.js';
import { type SqliteFile } from '../shared/sqlite-file.js';
import { STORED_ROW, toRecordedEvent, type StoredRow } from './event-row.js';
import { rowIdOf } from './log-schema.js';
import { type Partition } from './topic-catalog.js';

/** How many rows are asked for first, before it is known how large they are. */
const FIRST_ROWS = 16;

/** Reads the events of one partition. All calls are synchronous, and each sees one state of the file. */
export class EventReader {
  private readonly base: number;
  private readonly limit: number;

  constructor(private readonly file: SqliteFile, private readonly topic: string, private readonly partition: Partition) {
    this.base = rowIdOf(partition.id, 0);
    this.limit = rowIdOf(partition.id + 1, 0);
  }

  /** The events from an offset up to another (exclusive), in order; empty where there are none. */
  read(from: number, to: number, limits: BatchLimits): readonly RecordedEvent[] {
    return this.file.read(() => this.readRows(from, to, limits));
  }

  /** The events from an offset on, and the partition's bounds in the same state of the file. */
  readWithBounds(from: number, limits: BatchLimits): { readonly events: readonly RecordedEvent[]; readonly bounds: PartitionOffsets } {
    return this.file.read(() => ({ events: this.readRows(from, Infinity, limits), bounds: this.boundsNow() }));
  }

  bounds(): PartitionOffsets {
    return this.file.read(() => this.boundsNow());
  }

  at(offset: number): RecordedEvent | null {
    return this.read(offset, offset + 1, { events: 1, bytes: 1 })[0] ?? null;
  }

  /** When the event of an offset was appended; null where there is none. */
  timestampAt(offset: number): number | null {
    const row = this.file.read(() => this.file.prepareRows('SELECT timestamp FROM events WHERE id = ?').get(this.base + offset) as [number] | undefined);
    return row?.[0] ?? null;
  }

  /** The first offset appended at or after a time, the end where there is none: timestamps never go back within a partition. */
  offsetAtTime(timeMs: number): number {
    return this.file.read(() => {
      const { first, end } = this.boundsNow();
      let low = first;
      let high = end;
      while (low < high) {
        const middle = Math.floor((low + high) / 2);
        const row = this.firstAtOrAfter(middle);
        if (row === undefined || row[0] - this.base >= high) high = middle;
        else if (row[1] >= timeMs) high = middle;
        else low = row[0] - this.base + 1;
      }
      return this.offsetAtOrAfter(low) ?? end;
    });
  }

  private readRows(from: number, to: number, limits: BatchLimits): RecordedEvent[] {
    const events: RecordedEvent[] = [];
    let bytes = 0;
    let next = this.base + Math.max(0, from);
    const end = Math.min(this.limit, this.base + to);
    for (let ask = Math.min(FIRST_ROWS, limits.events); ask > 0; ask = this.rowsToAsk(events.length, bytes, limits)) {
      const rows = this.rowsBetween(next, end, ask);
      for (const row of rows) {
        const event = toRecordedEvent(this.topic, this.partition.number, this.base, row);
        const size = (event.value?.length ?? 0) + row[4].length;
        if (events.length > 0 && bytes + size > limits.bytes) return events;
        events.push(event);
        bytes += size;
        next = row[0] + 1;
      }
      if (rows.length < ask) break;
    }
    return events;
  }

  /** As many rows as will fit, going by the size of those read so far. */
  private rowsToAsk(read: number, bytes: number, limits: BatchLimits): number {
    const room = Math.floor((limits.bytes - bytes) / Math.max(1, bytes / read));
    return Math.max(0, Math.min(limits.events - read, room));
  }

  private rowsBetween(fromId: number, toId: number, count: number): StoredRow[] {
    return this.file
      .prepareRows(`SELECT ${STORED_ROW} FROM events WHERE id >= ? AND id < ? ORDER BY id LIMIT ?`)
      .all(fromId, toId, count) as StoredRow[];
  }

  private boundsNow(): PartitionOffsets {
    const [end] = this.file.prepareRows('SELECT next_offset FROM partitions WHERE id = ?').get(this.partition.id) as [number];
    return { partition: this.partition.number, first: this.offsetAtOrAfter(0) ?? end, end };
  }

  private offsetAtOrAfter(offset: number): number | null {
    const row = this.firstAtOrAfter(offset);
    return row === undefined ? null : row[0] - this.base;
  }

  private firstAtOrAfter(offset: number): [id: number, timestamp: number] | undefined {
    return this.file
      .prepareRows('SELECT id, timestamp FROM events WHERE id >= ? AND id < ? ORDER BY id LIMIT 1')
      .get(this.base + offset, this.limit) as [number, number] | undefined;
  }
}
