import { Logger } from '@nestjs/common';
import { codeOf, PipelineError } from '../../domain/errors.js';
import { type Clock } from '../../ports/clock.port.js';
import { RepositoryUnavailableError } from '../../ports/user-repository.port.js';
import { Backoff } from '../shared/backoff.js';
import { AskUsers } from './ask-users.js';
import { failureToOpen } from './cassandra-errors.js';
import { type CassandraUserRepositoryOptions } from './cassandra-user-repository.options.js';
import { closeClient, newClient } from './new-client.js';
import { OpenTable } from './open-table.js';
import { SaveUsers } from './save-users.js';
import { type TableCondition } from './table-condition.js';
import { TableSession } from './table-session.js';
import { type TableShape } from './table-shape.js';

/** The table while it is open. */
export interface OpenedTable {
  readonly session: TableSession;
  readonly save: SaveUsers;
  readonly ask: AskUsers;
}

const BACKOFF = { baseMs: 250, maxMs: 5_000 };
const CLOSE_WITHIN_MS = 5_000;

/**
 * The way to the table: goes on trying in the background until it is open, so that the process starts before its
 * servers do, and again when the table has gone or changed, or no node is left. What is lost besides, the driver mends.
 */
export class TableConnection {
  private readonly logger = new Logger('CassandraUserRepository');
  private readonly stopping = new AbortController();
  private opened: OpenedTable | null = null;
  private lastFailure: PipelineError | null = null;
  private opening: Promise<void>;
  private closing: Promise<void> = Promise.resolve();

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

  /** The table is not what it was, or all nodes are away: closes it and looks anew. Does nothing if `stale` is not the one that is open. */
  reopen(stale: OpenedTable, error: PipelineError): void {
    if (this.opened !== stale || this.stopping.signal.aborted) return;
    this.opened = null;
    this.lastFailure = error;
    this.condition.waiting(error);
    this.closing = this.end(stale);
    this.opening = this.keepTrying();
  }

  async close(): Promise<void> {
    this.stopping.abort();
    await this.opening;
    const last = this.opened;
    this.opened = null;
    await Promise.all([this.closing, last === null ? undefined : this.end(last)]);
  }

  private async keepTrying(): Promise<void> {
    const { signal } = this.stopping;
    const backoff = new Backoff(BACKOFF);
    let said = '';
    while (!signal.aborted && this.opened === null) {
      try {
        this.opened = await this.open();
      } catch (error) {
        const failure = foreseen(error, this.options.contactPoints);
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
      const opened: OpenedTable = { session, save: new SaveUsers(session, this.clock), ask: new AskUsers(session) };
      client.on('hostDown', () => this.whenAllAreDown(opened));
      this.say(found.shape);
      this.condition.opened(found.shape.warnings);
      return opened;
    } catch (error) {
      await closeClient(client);
      throw error;
    }
  }

  /**
   * A client whose nodes are all away finds them again, but with twice the number of searches each time: so it is given
   * up, and a new one connects, which also asks anew where the nodes are.
   */
  private whenAllAreDown(opened: OpenedTable): void {
    const { localDataCenter } = this.options;
    const local = opened.session.client.hosts.values().filter(({ datacenter }) => datacenter === localDataCenter);
    if (local.some((host) => host.isUp())) return;
    this.reopen(opened, new RepositoryUnavailableError(`Cassandra is away: no node of ${localDataCenter} can be reached any more`, { remedy: 'nothing is lost: it is tried again until Cassandra is there' }));
  }

  private say({ identity, warnings }: TableShape): void {
    const { keyspace, table } = this.options;
    this.logger.log(`the table ${keyspace}.${table} is open, its rows by ${identity.kind === 'id' ? 'id' : identity.columns.join(', ')}`);
    for (const { code, message, remedy } of warnings) this.logger.warn(`${message}; ${remedy}`, { code });
  }

  private async end({ session }: OpenedTable): Promise<void> {
    const soon = new AbortController();
    await Promise.race([closeClient(session.client), this.clock.sleep(CLOSE_WITHIN_MS, soon.signal)]);
    soon.abort();
  }
}

/** Whatever it is that keeps the table from being opened, it is tried again: an operator may mend it over there. */
function foreseen(error: unknown, contactPoints: readonly string[]): PipelineError {
  if (error instanceof PipelineError) return error;
  const failure = failureToOpen(error, contactPoints);
  return failure?.error ?? new RepositoryUnavailableError(`the table could not be opened (${codeOf(error)}): ${error instanceof Error ? error.message : String(error)}`, { cause: error });
}
