import { UnknownTopicError } from '../../ports/event-bus.errors.js';
import { type TopicSpec } from '../../ports/event-topics.port.js';
import { type SqliteFile } from '../shared/sqlite-file.js';

/** A partition as the file knows it; its id is unique over all topics of the file. */
export interface Partition {
  readonly id: number;
  readonly number: number;
}

export interface Topic {
  readonly id: number;
  readonly name: string;
  readonly cleanup: TopicSpec['cleanup'];
  readonly maxEventBytes: number;
  /** In the order of their numbers, which have no holes. */
  readonly partitions: readonly Partition[];
}

interface TopicRow {
  readonly id: number;
  readonly name: string;
  readonly policy: 'delete' | 'compact';
  readonly max_age_ms: number | null;
  readonly max_bytes: number | null;
  readonly min_age_ms: number | null;
  readonly max_event_bytes: number;
}

/** The topics of a file. One that was made stays as it is, so it is looked up once. */
export class TopicCatalog {
  private readonly known = new Map<string, Topic>();

  constructor(private readonly file: SqliteFile) {}

  /** @throws UnknownTopicError - nobody made it. */
  get(name: string): Topic {
    const topic = this.find(name);
    if (topic === null) throw new UnknownTopicError(`there is no topic ${name}`, { remedy: 'it is made when a process that publishes or processes starts' });
    return topic;
  }

  find(name: string): Topic | null {
    const known = this.known.get(name);
    if (known !== undefined) return known;
    const row = this.file.read(() => this.file.prepare('SELECT * FROM topics WHERE name = ?').get(name) as TopicRow | undefined);
    return row === undefined ? null : this.learn(row);
  }

  /** Every topic of the file, those included that other processes have made. */
  all(): readonly Topic[] {
    const rows = this.file.read(() => this.file.prepare('SELECT * FROM topics ORDER BY id').all() as TopicRow[]);
    return rows.map((row) => this.known.get(row.name) ?? this.learn(row));
  }

  /** Writes a topic that is missing; within a transaction. */
  make(spec: TopicSpec): void {
    const { cleanup } = spec;
    const ages = cleanup.policy === 'delete' ? [cleanup.maxAgeMs, cleanup.maxBytes, null] : [null, null, cleanup.minAgeMs];
    const { lastInsertRowid } = this.file
      .prepare('INSERT INTO topics (name, policy, max_age_ms, max_bytes, min_age_ms, max_event_bytes) VALUES (?, ?, ?, ?, ?, ?)')
      .run(spec.name, cleanup.policy, ...ages, spec.maxEventBytes);
    const insert = this.file.prepare('INSERT INTO partitions (topic_id, number) VALUES (?, ?)');
    for (let number = 0; number < spec.partitions; number += 1) insert.run(lastInsertRowid, number);
  }

  /** How many partitions the file has in all. */
  partitionCount(): number {
    return this.file.numberOf('SELECT count(*) FROM partitions');
  }

  private learn(row: TopicRow): Topic {
    const partitions = this.file.prepare('SELECT id, number FROM partitions WHERE topic_id = ? ORDER BY number').all(row.id) as Partition[];
    const topic: Topic = { id: row.id, name: row.name, cleanup: cleanupOf(row), maxEventBytes: row.max_event_bytes, partitions };
    if (!this.transient()) this.known.set(row.name, topic);
    return topic;
  }

  /** What is read inside a write transaction may yet be rolled back. */
  private transient(): boolean {
    return this.file.inTransaction;
  }
}

function cleanupOf(row: TopicRow): TopicSpec['cleanup'] {
  if (row.policy === 'compact') return { policy: 'compact', minAgeMs: row.min_age_ms ?? 0 };
  return { policy: 'delete', maxAgeMs: row.max_age_ms, maxBytes: row.max_bytes };
}
