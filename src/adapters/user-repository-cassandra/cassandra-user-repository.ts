import { type OnApplicationShutdown } from '@nestjs/common';
import { type ReceivedUserCreated } from '../../domain/user-created.js';
import { type Clock } from '../../ports/clock.port.js';
import { UserRepository, type RejectedRow, type RowIdentity, type RowKey, type StoredPage, type StoredUser } from '../../ports/user-repository.port.js';
import { failureOf, thrownFor } from './cassandra-errors.js';
import { type CassandraUserRepositoryOptions } from './cassandra-user-repository.options.js';
import { checkedFields, checkedName } from './identifiers.js';
import { TableCondition } from './table-condition.js';
import { TableConnection, type OpenedTable } from './table-connection.js';

const TOUCH_TIMEOUT_MS = 800;

/** The table in Cassandra: its own, or one that somebody else made. */
export class CassandraUserRepository extends UserRepository implements OnApplicationShutdown {
  readonly condition: TableCondition;
  private readonly connection: TableConnection;
  private readonly atWork = new Set<Promise<unknown>>();
  private touching: Promise<void> | null = null;

  /**
   * Connects in the background.
   * @throws UnusableNameError - a setting that cannot be a name in CQL.
   */
  constructor(options: CassandraUserRepositoryOptions, clock: Clock) {
    super();
    checkedName('keyspace', options.keyspace);
    checkedName('table', options.table);
    const fields = checkedFields(options.fields);
    this.condition = new TableCondition(clock, `Cassandra at ${options.contactPoints.join(', ')}`);
    this.connection = new TableConnection(options, fields, clock, this.condition);
  }

  get identity(): RowIdentity {
    return this.connection.table.session.shape.identity;
  }

  async saveAll(events: readonly ReceivedUserCreated[], signal?: AbortSignal): Promise<{ readonly rejected: readonly RejectedRow[] }> {
    signal?.throwIfAborted();
    return { rejected: await this.working((table) => table.save.execute(events, signal)) };
  }

  async find(key: RowKey): Promise<StoredUser | null> {
    const [stored = null] = await this.findAll([key]);
    return stored;
  }

  async findAll(keys: readonly RowKey[]): Promise<readonly (StoredUser | null)[]> {
    return this.working((table) => table.ask.findAll(keys));
  }

  async findByEmail(email: string, page: { cursor: string | null; limit: number }): Promise<StoredPage> {
    return this.working((table) => table.ask.findByEmail(email, page));
  }

  async list(page: { cursor: string | null; limit: number }): Promise<StoredPage> {
    return this.working((table) => table.ask.list(page));
  }

  /** One cheap read, one at a time; the outcome is in `condition`. Without an open table it does nothing. */
  touch(): Promise<void> {
    this.touching ??= this.touchOnce().finally(() => (this.touching = null));
    return this.touching;
  }

  /** Calls that are under way come to their end first. */
  async onApplicationShutdown(): Promise<void> {
    await Promise.allSettled(this.atWork);
    await this.connection.close();
  }

  private async touchOnce(): Promise<void> {
    const table = this.tableOrNull();
    if (table === null) return;
    try {
      await table.session.touch(TOUCH_TIMEOUT_MS);
      this.condition.reached();
    } catch (error) {
      this.met(error, table);
    }
  }

  private tableOrNull(): OpenedTable | null {
    try {
      return this.connection.table;
    } catch {
      return null;
    }
  }

  /** Does a call's work; how it ended is what the probe says. Not even the queries' refusals are the table's fault. */
  private async working<Result>(call: (table: OpenedTable) => Promise<Result>): Promise<Result> {
    const { table } = this.connection;
    const work = call(table);
    this.atWork.add(work);
    try {
      const result = await work;
      this.condition.met(null);
      return result;
    } catch (error) {
      throw this.met(error, table);
    } finally {
      this.atWork.delete(work);
    }
  }

  /** What to throw for an error of the driver's; anything else passes through. */
  private met(error: unknown, table: OpenedTable): unknown {
    const failure = failureOf(error);
    if (failure === null) return error;
    this.condition.met(failure.error);
    if (failure.kind === 'schema') this.connection.reopen(table, failure.error);
    return thrownFor(failure);
  }
}
