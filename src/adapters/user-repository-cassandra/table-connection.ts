import { Logger } from '@nestjs/common';
import { codeOf, PipelineError } from '../../domain/errors.js';
import { type Clock } from '../../ports/clock.port.js';
import { RepositoryUnavailableError } from '../../ports/user-repository.port.js';
import { Backoff } from '../shared/backoff.js';
import { AskUsers } from './ask-users.js';
import { failureOf, thrownFor } from './cassandra-errors.js';
import { type CassandraUserRepositoryOptions } from './cassandra-user-repository.options.js';
import { newClient } from './new-client.js';
import { OpenTable } from './open-table.js';
import { SaveUsers } from './save-users.js';
import { type TableCondition } from './table-condition.js';
import { TableSession } from './table-session.js';
import { TableUnusableError } from './table-shape.js';

/** The table while it is open. */
export interface OpenedTable {
  readonly session: TableSession;
  readonly save: SaveUsers;
  readonly ask: AskUsers;
}

const BACKOFF = { baseMs: 250, maxMs: 5_000 };

/**
 * The way to the table: goes on trying in the background until it is open, so that the process starts before its
 * servers do, and again when the table has gone or changed. A connection that is lost is the driver's to mend.
 */
export class TableConnection {
  private readonly logger = new Logger('CassandraUserRepository');
  private readonly stopping = new AbortController();
  private opened: OpenedTable | null = null;
  private lastFailure: PipelineError | null = null;
  private opening: Promise<void>;

  constructor(
    private readonly options: CassandraUserRepositoryOptions,
    private readonly fields: readonly string[],
    private readonly clock: Clock,
    private readonly condition: TableCondition,
  ) {
    this.opening = this.keepTrying();
  }

  /** @throws RepositoryUnavailableError - it is not open yet, and why not. */
  get table(): OpenedTable {
    if (this.opened !== null) return this.opened;
    if (this.stopping.signal.aborted) throw new RepositoryUnavailableError('the table is closed: the process is stopping');
    const failure = this.lastFailure;
    if (failure === null) throw new RepositoryUnavailableError(`the table is not open yet: connecting to ${this.options.contactPoints.join(', ')}`);
    throw failure instanceof RepositoryUnavailableError ? failure : new RepositoryUnavailableError(failure.message, { cause: failure, ...(failure.remedy === undefined ? {} : { remedy: failure.remedy }) });
  }

  /** The table is not what it was: closes it and looks anew. Does nothing if `stale` is not the one that is open. */
  reopen(stale: OpenedTable, error: PipelineError): void {
    if (this.opened !== stale || this.stopping.signal.aborted) return;
    this.opened = null;
    this.lastFailure = error;
    this.condition.waiting(error);
    this.opening = stale.session.client.shutdown().then(() => this.keepTrying(), () => this.keepTrying());
  }

  async close(): Promise<void> {
    this.stopping.abort();
    await this.opening;
    await this.opened?.session.client.shutdown();
    this.opened = null;
  }

  private async keepTrying(): Promise<void> {
    const { signal } = this.stopping;
    const backoff = new Backoff(BACKOFF);
    let said = '';
    while (!signal.aborted && this.opened === null) {
      try {
        this.opened = await this.open();
      } catch (error) {
        const failure = foreseen(error);
        this.lastFailure = failure;
        this.condition.waiting(failure);
        if (said !== failure.code) this.logger.warn(`${failure.message}${failure.remedy === undefined ? '' : `; ${failure.remedy}`}`, { code: failure.code });
        said = failure.code;
        await backoff.wait(this.clock, signal);
      }
    }
  }

  private async open(): Promise<OpenedTable> {
    const client = newClient(this.options);
    try {
      await client.connect();
      const found = await new OpenTable(client, this.options, this.fields, this.clock).execute();
      const session = new TableSession(client, found, this.options, this.clock);
      await session.touch();
      const { identity, warnings } = found.shape;
      this.logger.log(`the table ${this.options.keyspace}.${this.options.table} is open, its rows by ${identity.kind === 'id' ? 'id' : identity.columns.join(', ')}`);
      for (const { code, message, remedy } of warnings) this.logger.warn(`${message}; ${remedy}`, { code });
      this.condition.opened(warnings);
      return { session, save: new SaveUsers(session, this.clock), ask: new AskUsers(session) };
    } catch (error) {
      await client.shutdown().catch(() => undefined);
      throw error;
    }
  }
}

/** Whatever it is that keeps the table from being opened, it is tried again: an operator may mend it over there. */
function foreseen(error: unknown): PipelineError {
  if (error instanceof TableUnusableError) return error;
  const failure = failureOf(error);
  if (failure !== null) return failure.kind === 'busy' || failure.kind === 'away' || failure.kind === 'schema' ? (thrownFor(failure)) : failure.error;
  if (error instanceof PipelineError) return error;
  return new RepositoryUnavailableError(`the table could not be opened (${codeOf(error)}): ${error instanceof Error ? error.message : String(error)}`, { cause: error });
}
