/** Offsets that fit in a partition; the partition's id is what lies above them in a row's id. */
const OFFSETS_PER_PARTITION = 2 ** 40;

/** So that the id of any row is exact as a number (below 2^53). */
export const MOST_PARTITIONS = 2 ** 13 - 1;

/** The tables that everything else hangs on: small, and checked at every open. */
export const SMALL_TABLES = ['topics', 'partitions', 'members', 'group_topics', 'group_partitions'] as const;

/**
 * The history of the schema, a script a version. A row's id is partition id and offset in one integer, so that a
 * partition lies together, in order, and without an index. Offsets come from `next_offset` and are never reused.
 * Keys are bytes, since the driver cuts texts off at a NUL. `group_partitions` holds in one row who reads a partition for a group (`member`, null when free; `epoch` is the
 * fencing token, a new one with each new holder) and how far it has come (`committed` and the tally, null before the
 * first commit; `last_*` is the record handled last, to recognise a log that was replaced; `incident` is the last gap or
 * replacement that the group met there, null for none).
 */
export const LOG_SCHEMA: readonly string[] = [
  `
  CREATE TABLE topics (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    policy TEXT NOT NULL CHECK (policy IN ('delete', 'compact')),
    max_age_ms INTEGER,
    max_bytes INTEGER,
    min_age_ms INTEGER,
    max_event_bytes INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE partitions (
    id INTEGER PRIMARY KEY,
    topic_id INTEGER NOT NULL REFERENCES topics (id),
    number INTEGER NOT NULL,
    next_offset INTEGER NOT NULL DEFAULT 0,
    last_timestamp INTEGER NOT NULL DEFAULT 0,
    bytes INTEGER NOT NULL DEFAULT 0,
    compacted_to INTEGER NOT NULL DEFAULT 0,
    UNIQUE (topic_id, number)
  ) STRICT;
  CREATE TABLE events (
    id INTEGER PRIMARY KEY,
    timestamp INTEGER NOT NULL,
    key BLOB,
    value BLOB NOT NULL,
    headers TEXT NOT NULL
  ) STRICT;
  CREATE TABLE group_topics (
    group_name TEXT NOT NULL,
    topic_id INTEGER NOT NULL REFERENCES topics (id),
    version INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (group_name, topic_id)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE members (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    group_name TEXT NOT NULL,
    topic_id INTEGER NOT NULL REFERENCES topics (id),
    lease_until INTEGER NOT NULL,
    beats INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  CREATE TABLE group_partitions (
    group_name TEXT NOT NULL,
    partition_id INTEGER NOT NULL REFERENCES partitions (id),
    member INTEGER,
    epoch INTEGER NOT NULL DEFAULT 0,
    committed INTEGER,
    began INTEGER,
    stored INTEGER,
    dead INTEGER,
    skipped INTEGER,
    last_offset INTEGER,
    last_timestamp INTEGER,
    PRIMARY KEY (group_name, partition_id)
  ) STRICT, WITHOUT ROWID;
  `,
  'ALTER TABLE group_partitions ADD COLUMN incident TEXT',
];

/** The id of the row that holds an offset of a partition. */
export function rowIdOf(partitionId: number, offset: number): number {
  return partitionId * OFFSETS_PER_PARTITION + offset;
}
