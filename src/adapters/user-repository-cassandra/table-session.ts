import cassandra, { type Client, type QueryOptions, type types } from 'cassandra-driver';
import { type Clock } from '../../ports/clock.port.js';
import { retrying } from '../shared/retry.js';
import { fullJitterMs } from '../shared/backoff.js';
import { AdaptiveFlight } from './adaptive-flight.js';
import { type Written } from './batches.js';
import { failureOf } from './cassandra-errors.js';
import { DEFAULT_MAX_ROW_BYTES, type CassandraUserRepositoryOptions } from './cassandra-user-repository.options.js';
import { readConsistency, writeConsistency } from './client-options.js';
import { type TableFound } from './open-table.js';
import { statementsOf, type Statements } from './statements.js';
import { type TableShape } from './table-shape.js';
import { UserRow } from './user-row.js';

/** How often the same request is sent when the server has too much to do, and how long that may take. */
const BUSY = { attempts: 3, withinMs: 5_000, baseMs: 50, maxMs: 1_000 };
const NEVER = new AbortController().signal;

/** What a call asks before each of its requests. */
export interface Sending {
  readonly signal: AbortSignal | undefined;
  /** Throws what speaks against sending more. */
  mayGo(): void;
}
const UNASKED: Sending = { signal: undefined, mayGo: () => undefined };

/** One table on one connected client: what all requests to it have in common. */
export class TableSession {
  readonly shape: TableShape;
  readonly tableId: string;
  readonly row: UserRow;
  readonly statements: Statements;
  readonly flight: AdaptiveFlight;
  private readonly writing: QueryOptions;
  private readonly reading: QueryOptions;
  private readonly places = new WeakMap<object, string>();

  constructor(
    readonly client: Client,
    { shape, id }: TableFound,
    options: CassandraUserRepositoryOptions,
    private readonly clock: Clock,
  ) {
    this.shape = shape;
    this.tableId = id;
    this.row = new UserRow(shape, options.maxRowBytes ?? DEFAULT_MAX_ROW_BYTES);
    this.statements = statementsOf(shape);
    this.flight = new AdaptiveFlight(clock);
    const { consistencies } = cassandra.types;
    const common = { prepare: true, isIdempotent: true, keyspace: shape.name.keyspace };
    this.writing = { ...common, logged: false, consistency: consistencies[writeConsistency(options)] };
    this.reading = { ...common, consistency: consistencies[readConsistency(options)] };
  }

  /** Writes rows that the same nodes keep, in one request. */
  async insert(rows: readonly Written[], sending: Sending = UNASKED): Promise<void> {
    const [first] = rows;
    if (first === undefined) return;
    const options = { ...this.writing, routingKey: first.routingKey };
    const query = this.statements.insert;
    const statements = rows.flatMap((row) => row.statements.map((params) => ({ query, params })));
    const [only] = statements;
    if (statements.length === 1 && only !== undefined) await this.request(() => this.client.execute(query, only.params, options), sending);
    else await this.request(() => this.client.batch(statements, options), sending);
  }

  /** Reads; `routingKey` names the nodes that have what is asked for. */
  async read(query: string, params: readonly unknown[], options: QueryOptions = {}): Promise<types.ResultSet> {
    return this.request(() => this.client.execute(query, [...params], { ...this.reading, ...options }), UNASKED);
  }

  /** A cheap read of a key that nobody has, on the way that all reads go. */
  async touch(readTimeoutMs?: number): Promise<void> {
    const key = [...this.shape.partitionKey, ...this.shape.clustering].map(({ type }) => (type === 'uuid' ? '00000000-0000-0000-0000-000000000000' : '-'));
    const options = { ...this.reading, routingKey: this.row.keys.routingKeyOf(key), ...(readTimeoutMs === undefined ? {} : { readTimeout: readTimeoutMs }) };
    await this.client.execute(this.statements.byKey, key, options);
  }

  /** The nodes that keep a key, as one text. On a single node there is nothing to tell apart. */
  placeOf(routingKey: Buffer): string {
    if (this.client.hosts.length === 1) return '';
    const replicas = this.client.getReplicas(this.shape.name.keyspace, routingKey) as cassandra.Host[] | null;
    if (replicas === null) return '';
    let place = this.places.get(replicas);
    if (place === undefined) {
      place = replicas.map(({ address }) => address).sort().join();
      this.places.set(replicas, place);
    }
    return place;
  }

  /** Sends when there is room; again, after a pause, when the server had too much to do: that is unknown, not failed. */
  private async request<Result>(send: () => Promise<Result>, sending: Sending): Promise<Result> {
    const deadline = this.clock.monotonic() + BUSY.withinMs;
    const work = () => {
      sending.mayGo();
      return send();
    };
    const delayMs = (error: unknown, attempt: number) => (isBusy(error) && attempt < BUSY.attempts && this.clock.monotonic() < deadline ? fullJitterMs(attempt, BUSY) : null);
    return retrying(() => this.flight.run(work, isBusy), delayMs, this.clock, sending.signal ?? NEVER);
  }
}

function isBusy(error: unknown): boolean {
  return failureOf(error)?.kind === 'busy';
}
