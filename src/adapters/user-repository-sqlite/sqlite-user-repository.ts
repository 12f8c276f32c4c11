import { join } from 'node:path';
import { Logger, type OnApplicationShutdown } from '@nestjs/common';
import { DataLockedError } from '../../domain/errors.js';
import { type ReceivedUserCreated } from '../../domain/user-created.js';
import { type Clock } from '../../ports/clock.port.js';
import { UserRepository, type RejectedRow, type RowIdentity, type RowKey, type StoredPage, type StoredUser } from '../../ports/user-repository.port.js';
import { SqliteFile } from '../shared/sqlite-file.js';
import { SqliteWriter } from '../shared/sqlite-writer.js';
import { furtherFields } from './created-users.columns.js';
import { prepareTable, tuneForUpserts } from './created-users.schema.js';
import { decodeCursor, emailListName, encodeCursor, type ListName } from './list-cursor.js';
import { DEFAULT_LOCK_PATIENCE_MS, DEFAULT_MAX_ROW_BYTES, TABLE_FILE, type SqliteUserRepositoryOptions } from './sqlite-user-repository.options.js';
import { TableCondition } from './table-condition.js';
import { faultOfRefusal, NUL, UserRow } from './user-row.js';
import { unavailable, whileLocked, type Patience } from './while-locked.js';

/** An event with its place in what was given. */
interface Candidate {
  readonly index: number;
  readonly event: ReceivedUserCreated;
}

/**
 * The table in a file of its own, for any number of processes. Readers do not wait for writers (WAL). What a process
 * saves at the same time becomes one transaction, synced before it resolves.
 */
export class SqliteUserRepository extends UserRepository implements OnApplicationShutdown {
  readonly identity: RowIdentity = { kind: 'id' };
  readonly condition: TableCondition;
  private readonly row: UserRow;
  private readonly writer: SqliteWriter;

  constructor(
    private readonly file: SqliteFile,
    options: Pick<SqliteUserRepositoryOptions, 'fields' | 'maxRowBytes'>,
    private readonly patience: Patience,
  ) {
    super();
    this.condition = new TableCondition(patience.clock);
    this.row = new UserRow(furtherFields(options.fields), options.maxRowBytes ?? DEFAULT_MAX_ROW_BYTES);
    this.writer = new SqliteWriter(file, patience.clock, { patienceMs: patience.patienceMs });
  }

  /**
   * Opens `table.db` and makes or completes its table.
   * @throws DamagedDataError, DiskFullError, NewerDataError, UnusableFieldError - nothing was changed.
   * @throws RepositoryUnavailableError - another process kept it locked.
   */
  static async open(options: SqliteUserRepositoryOptions, clock: Clock): Promise<SqliteUserRepository> {
    const further = furtherFields(options.fields);
    const patience: Patience = { clock, patienceMs: options.lockPatienceMs ?? DEFAULT_LOCK_PATIENCE_MS };
    const file = await whileLocked(() => SqliteFile.open(join(options.dataDir, TABLE_FILE)), patience);
    try {
      tuneForUpserts(file);
      const { added } = await whileLocked(() => prepareTable(file, further), patience);
      if (added.length > 0) new Logger('SqliteUserRepository').log(`added to the table: ${added.join(', ')}`);
      return new SqliteUserRepository(file, options, patience);
    } catch (error) {
      file.close();
      throw error;
    }
  }

  async saveAll(events: readonly ReceivedUserCreated[], signal?: AbortSignal): Promise<{ readonly rejected: readonly RejectedRow[] }> {
    signal?.throwIfAborted();
    const candidates: Candidate[] = [];
    const rejected: RejectedRow[] = [];
    events.forEach((event, index) => {
      const fault = this.row.faultOf(event);
      if (fault === null) candidates.push({ index, event });
      else rejected.push({ index, ...fault });
    });
    if (candidates.length > 0) {
      candidates.sort(byIdNewestFirst);
      rejected.push(...(await this.noting(() => this.writer.submit(() => this.write(candidates), signal))));
    }
    return { rejected: rejected.sort((one, other) => one.index - other.index) };
  }

  async find(key: RowKey): Promise<StoredUser | null> {
    const [stored = null] = await this.findAll([key]);
    return stored;
  }

  async findAll(keys: readonly RowKey[]): Promise<readonly (StoredUser | null)[]> {
    const ids = keys.map(idOf);
    return this.reading(() => {
      const byId = this.file.prepare(this.row.sql.byId);
      return ids.map((id) => {
        const row: unknown = id.includes(NUL) ? undefined : byId.get(id);
        return row === undefined ? null : this.row.stored(row);
      });
    });
  }

  async findByEmail(email: string, { cursor, limit }: { cursor: string | null; limit: number }): Promise<StoredPage> {
    const list = emailListName(email);
    const after = decodeCursor(list, cursor);
    if (email.includes(NUL)) return { items: [], next: null };
    return this.reading(() => this.page(list, limit, this.file.prepare(this.row.sql.byEmail).all(email, after, limit + 1)));
  }

  async list({ cursor, limit }: { cursor: string | null; limit: number }): Promise<StoredPage> {
    const after = decodeCursor('all', cursor);
    return this.reading(() => this.page('all', limit, this.file.prepare(this.row.sql.all).all(after, limit + 1)));
  }

  /** One cheap read, which meets a damaged or vanished file; the outcome is in `condition`. */
  async touch(): Promise<void> {
    await this.reading(() => this.file.prepare('SELECT 1 FROM created_users LIMIT 1').get() as unknown);
  }

  onApplicationShutdown(): void {
    this.writer.stop();
    this.file.close();
  }

  /** Rows that SQLite refuses are told apart one by one: a statement that fails undoes itself, not its transaction. */
  private write(candidates: readonly Candidate[]): readonly RejectedRow[] {
    const rejected: RejectedRow[] = [];
    const upsert = this.file.prepare(this.row.sql.upsert);
    const storedAtMs = this.patience.clock.now();
    for (const { index, event } of candidates) {
      try {
        upsert.run(...this.row.cells(event, storedAtMs));
      } catch (error) {
        const fault = faultOfRefusal(error);
        if (fault === null) throw error;
        rejected.push({ index, ...fault });
      }
    }
    return rejected;
  }

  /** One row more than the page holds was read, to know whether there is a next one. */
  private page(list: ListName, limit: number, rows: readonly unknown[]): StoredPage {
    const shown = rows.slice(0, limit);
    return {
      items: shown.map((row) => this.row.stored(row)),
      next: rows.length > limit ? encodeCursor(list, this.row.numberOf(shown.at(-1))) : null,
    };
  }

  private reading<Result>(work: () => Result): Promise<Result> {
    return this.noting(() => whileLocked(() => this.file.read(work), this.patience));
  }

  /** How a call ended is what the probe says. */
  private async noting<Result>(call: () => Promise<Result>): Promise<Result> {
    try {
      const result = await call();
      this.condition.met(null);
      return result;
    } catch (error) {
      const met = error instanceof DataLockedError ? unavailable(error, this.patience.patienceMs) : error;
      this.condition.met(met);
      throw met;
    }
  }
}

/** By id, because neighbours share pages of the index; of one id the newest first, so that older ones change nothing. */
function byIdNewestFirst({ event: one }: Candidate, { event: other }: Candidate): number {
  if (one.user.id !== other.user.id) return one.user.id < other.user.id ? -1 : 1;
  return other.timeMicros - one.timeMicros || other.partition - one.partition || other.offset - one.offset;
}

function idOf(key: RowKey): string {
  const id = key['id'];
  if (id === undefined) throw new TypeError('the rows of this table are addressed by id');
  return id;
}
