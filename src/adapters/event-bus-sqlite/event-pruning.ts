import { type TopicSpec } from '../../ports/event-topics.port.js';
import { type SqliteFile } from '../shared/sqlite-file.js';
import { EventReader } from './event-reader.js';
import { rowIdOf } from './log-schema.js';
import { type Partition, type Topic } from './topic-catalog.js';

/** The operator's limits for the whole log; null is none. */
export interface RetentionLimits {
  readonly maxAgeMs: number | null;
  readonly maxBytes: number | null;
}

/** What a topic's oldest events must not exceed; null is no limit. */
export interface PartitionLimits {
  readonly maxAgeMs: number | null;
  readonly maxBytes: number | null;
}

/** Deleted in one transaction at most: others want to write. */
const ROWS_AT_ONCE = 1_000;

/**
 * What retention asks of each partition of a topic: the tighter of the topic's own limits and the operator's, the size
 * in equal shares. A topic made without any limit keeps its events for ever, and a compacted one has another way.
 */
export function partitionLimits(topic: Topic, operator: RetentionLimits): PartitionLimits {
  const own: TopicSpec['cleanup'] = topic.cleanup;
  if (own.policy === 'compact' || (own.maxAgeMs === null && own.maxBytes === null)) return { maxAgeMs: null, maxBytes: null };
  const maxBytes = tighter(own.maxBytes, operator.maxBytes);
  return {
    maxAgeMs: tighter(own.maxAgeMs, operator.maxAgeMs),
    maxBytes: maxBytes === null ? null : Math.floor(maxBytes / topic.partitions.length),
  };
}

/** Removes a partition's oldest events, some at a time. */
export class EventPruning {
  private readonly reader: EventReader;

  constructor(private readonly file: SqliteFile, topic: Topic, private readonly partition: Partition) {
    this.reader = new EventReader(file, topic.name, partition);
  }

  /** The offset below which all is too old or too much; no more than a piece of it. Null where nothing is. */
  due(limits: PartitionLimits, nowMs: number): number | null {
    const { first, end } = this.reader.bounds();
    const byAge = limits.maxAgeMs === null ? first : this.reader.offsetAtTime(nowMs - limits.maxAgeMs);
    const bySize = limits.maxBytes === null ? first : this.offsetAtExcess(first, this.bytes() - limits.maxBytes);
    const to = Math.min(end, Math.max(byAge, bySize), first + ROWS_AT_ONCE);
    return to > first ? to : null;
  }

  /** Removes everything below an offset; within a transaction. What others have removed already is not counted twice. */
  remove(belowOffset: number): void {
    const [from, to] = [rowIdOf(this.partition.id, 0), rowIdOf(this.partition.id, belowOffset)];
    const [bytes] = this.file.prepareRows(`SELECT coalesce(sum(${ROW_BYTES}), 0) FROM events WHERE id >= ? AND id < ?`).get(from, to) as [number];
    this.file.prepare('DELETE FROM events WHERE id >= ? AND id < ?').run(from, to);
    this.file.prepare('UPDATE partitions SET bytes = bytes - ? WHERE id = ?').run(bytes, this.partition.id);
  }

  private bytes(): number {
    const [bytes] = this.file.prepareRows('SELECT bytes FROM partitions WHERE id = ?').get(this.partition.id) as [number];
    return bytes;
  }

  /** How far to go from `first` to be rid of `excess` bytes, in a piece. */
  private offsetAtExcess(first: number, excess: number): number {
    if (excess <= 0) return first;
    const sizes = this.file
      .prepareRows(`SELECT id, ${ROW_BYTES} FROM events WHERE id >= ? AND id < ? ORDER BY id LIMIT ?`)
      .all(rowIdOf(this.partition.id, first), rowIdOf(this.partition.id + 1, 0), ROWS_AT_ONCE) as [id: number, bytes: number][];
    let left = excess;
    for (const [id, bytes] of sizes) {
      left -= bytes;
      if (left <= 0) return id + 1 - rowIdOf(this.partition.id, 0);
    }
    return first + sizes.length;
  }
}

/** The bytes of a row as the publisher counts them. */
export const ROW_BYTES = 'coalesce(octet_length(key), 0) + octet_length(value) + octet_length(headers)';

function tighter(one: number | null, other: number | null): number | null {
  if (one === null || other === null) return one ?? other;
  return Math.min(one, other);
}
