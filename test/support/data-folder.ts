import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { LogFiles } from '../../src/adapters/event-bus-sqlite/log-files.js';
import { SqliteEventLog } from '../../src/adapters/event-bus-sqlite/sqlite-event-log.js';
import { SystemClock } from '../../src/adapters/clock-system/system-clock.js';
import { SqliteUserRepository } from '../../src/adapters/user-repository-sqlite/sqlite-user-repository.js';
import { type RecordedEvent } from '../../src/domain/event-record.js';
import { type ReceivedUserCreated } from '../../src/domain/user-created.js';
import { decodeUserCreated } from '../../src/domain/user-created.codec.js';
import { CORE_FIELDS } from '../../src/domain/user.js';
import { type StoredUser } from '../../src/ports/user-repository.port.js';
import { type CommittedOffset } from '../../src/ports/event-log.port.js';

/** What a data folder holds, read while no process of the app has it open or while some have. */
export interface FolderContent {
  readonly events: readonly ReceivedUserCreated[];
  /** The events' values as they lie on the log. */
  readonly values: readonly string[];
  readonly deadLetters: readonly RecordedEvent[];
  readonly rows: readonly StoredUser[];
  readonly committed: readonly CommittedOffset[];
}

export async function readFolder(dataDir: string, { topic = 'users_created', group = 'userstream', fields = CORE_FIELDS }: { topic?: string; group?: string; fields?: readonly string[] } = {}): Promise<FolderContent> {
  const clock = new SystemClock();
  const files = await LogFiles.open({ dataDir }, clock);
  const table = await SqliteUserRepository.open({ dataDir, fields }, clock);
  try {
    const log = new SqliteEventLog(files, clock);
    const raw = await everything(log, topic);
    return {
      events: raw.map((recorded) => decodeUserCreated(recorded, { fields, nowMs: Date.now() })),
      values: raw.map(({ value }) => String(value)),
      deadLetters: await everything(log, `${topic}_dlq`),
      rows: await allRows(table),
      committed: await log.committed(topic, group),
    };
  } finally {
    table.onApplicationShutdown();
    files.close();
  }
}

/** What must be empty, whatever happened: by event id, and by user id for rows that nobody published. */
export function lossesOf({ events, deadLetters, rows }: FolderContent): { lost: string[]; phantom: string[] } {
  const rowOf = new Map(rows.map((row) => [row.id, row]));
  const dead = new Set(deadLetters.map(({ headers }) => `${String(headers['dl_partition'])}/${String(headers['dl_offset'])}`));
  const users = new Set(events.map(({ user }) => user.id));
  const lost = events.filter((event) => !isIn(rowOf.get(event.user.id), event) && !dead.has(`${event.partition}/${event.offset}`));
  return { lost: lost.map(({ id }) => id), phantom: rows.map(({ id }) => String(id)).filter((id) => !users.has(id)) };
}

/** An event is in the table if its user's row is of that event or of a newer one. */
function isIn(row: StoredUser | undefined, event: ReceivedUserCreated): boolean {
  if (row === undefined) return false;
  const [time, partition, offset] = [row.createdAtMicros ?? 0, row.partition ?? 0, row.offset ?? 0];
  if (time !== event.timeMicros) return time > event.timeMicros;
  if (partition !== event.partition) return partition > event.partition;
  return offset >= event.offset;
}

async function everything(log: SqliteEventLog, topic: string): Promise<RecordedEvent[]> {
  const events: RecordedEvent[] = [];
  for (const { partition, first, end } of await log.offsets(topic)) {
    for await (const batch of log.read({ topic, partition, from: first, to: end })) events.push(...batch);
  }
  return events;
}

async function allRows(table: SqliteUserRepository): Promise<StoredUser[]> {
  const rows: StoredUser[] = [];
  let cursor: string | null = null;
  do {
    const page: { items: readonly StoredUser[]; next: string | null } = await table.list({ cursor, limit: 1_000 });
    rows.push(...page.items);
    cursor = page.next;
  } while (cursor !== null);
  return rows;
}

/** Which of these texts occur in any byte of any file of the folder. */
export function foundInFolder(dataDir: string, texts: Iterable<string>): string[] {
  const files = readdirSync(dataDir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const contents = files.map((entry) => readFileSync(join(entry.parentPath, entry.name)));
  return [...texts].filter((text) => contents.some((content) => content.includes(text)));
}
