import { type SqliteFile } from '../shared/sqlite-file.js';
import { EventReader } from './event-reader.js';
import { ROW_BYTES } from './event-pruning.js';
import { rowIdOf } from './log-schema.js';
import { type Partition, type Topic } from './topic-catalog.js';

/** Read in one go at most, about 5 ms. */
const ROWS_AT_ONCE = 5_000;

type KeyRow = [id: number, hexKey: string | null];

/**
 * Keeps, of the events older than the minimum age, only those that are the last of their key, younger ones included,
 * and those without a key. Offsets stay as they are. It goes from the newest event to the oldest, a piece at a time;
 * what is appended meanwhile can only supersede more.
 */
export class EventCompaction {
  private readonly reader: EventReader;

  constructor(private readonly file: SqliteFile, topic: Topic, private readonly partition: Partition) {
    this.reader = new EventReader(file, topic.name, partition);
  }

  /** The offset up to which events are old enough, where that is further than last time; else null. */
  due(minAgeMs: number, nowMs: number): number | null {
    const agedTo = this.reader.offsetAtTime(nowMs - minAgeMs);
    const [compactedTo] = this.file.prepareRows('SELECT compacted_to FROM partitions WHERE id = ?').get(this.partition.id) as [number];
    return agedTo > compactedTo ? agedTo : null;
  }

  /** The row ids of the superseded events below `agedTo`, in pieces. */
  *superseded(agedTo: number): Iterable<readonly number[]> {
    const seen = new Set<string>();
    const aged = rowIdOf(this.partition.id, agedTo);
    for (let below = rowIdOf(this.partition.id + 1, 0); ; ) {
      const rows = this.rowsBelow(below);
      yield rows.filter(([id, key]) => isSuperseded(seen, key) && id < aged).map(([id]) => id);
      if (rows.length < ROWS_AT_ONCE) return;
      below = (rows.at(-1) as KeyRow)[0];
    }
  }

  /** Removes a piece; within a transaction. */
  remove(ids: readonly number[]): void {
    const remove = this.file.prepareRows(`DELETE FROM events WHERE id = ? RETURNING ${ROW_BYTES}`);
    let removed = 0;
    for (const id of ids) removed += ((remove.get(id) as [number] | undefined) ?? [0])[0];
    this.file.prepare('UPDATE partitions SET bytes = bytes - ? WHERE id = ?').run(removed, this.partition.id);
  }

  /** Everything below is compacted; within a transaction. */
  done(agedTo: number): void {
    this.file.prepare('UPDATE partitions SET compacted_to = max(compacted_to, ?) WHERE id = ?').run(agedTo, this.partition.id);
  }

  private rowsBelow(id: number): KeyRow[] {
    return this.file.read(
      () =>
        this.file
          .prepareRows('SELECT id, iif(key IS NULL, NULL, hex(key)) FROM events WHERE id < ? AND id >= ? ORDER BY id DESC LIMIT ?')
          .all(id, rowIdOf(this.partition.id, 0), ROWS_AT_ONCE) as KeyRow[],
    );
  }
}

/** Whether a later event of the key has been seen; remembers this one. */
function isSuperseded(seen: Set<string>, key: string | null): boolean {
  if (key === null) return false;
  if (seen.has(key)) return true;
  seen.add(key);
  return false;
}
