import { randomUUID } from 'node:crypto';
import cassandra from 'cassandra-driver';
import { AppProcess } from './app-process.js';
import { eventually } from './eventually.js';
import { realCassandra, realKafka } from './real-servers.js';
import { temporaryFolder } from './temporary-folder.js';

interface Totals {
  readonly stored: number;
  readonly dead: number;
  readonly skipped: number;
  readonly inFlight: number;
  readonly balanced: boolean;
}

/** Names of a test's own on servers that tests share, and processes of the app that use them. */
export class Cluster {
  readonly topic: string;
  readonly keyspace: string;
  readonly pipeline: string;
  private readonly cql: cassandra.Client;

  private constructor() {
    const name = randomUUID().slice(0, 8);
    this.topic = `users_created_${name}`;
    this.keyspace = `e2e_${name}`;
    this.pipeline = `e2e-${name}`;
    const { contactPoint, localDataCenter } = realCassandra();
    this.cql = new cassandra.Client({ contactPoints: [contactPoint], localDataCenter });
  }

  static async open(): Promise<Cluster> {
    const cluster = new Cluster();
    await cluster.cql.connect();
    return cluster;
  }

  /** The settings that a README would give, with this test's names. */
  environment(more: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> {
    const { contactPoint, localDataCenter } = realCassandra();
    return {
      EVENT_BUS: 'kafka',
      KAFKA_BROKERS: realKafka().brokers,
      USER_REPOSITORY: 'cassandra',
      CASSANDRA_CONTACT_POINTS: contactPoint,
      CASSANDRA_LOCAL_DC: localDataCenter,
      CASSANDRA_KEYSPACE: this.keyspace,
      USERS_TOPIC: this.topic,
      PIPELINE_NAME: this.pipeline,
      DATA_DIR: temporaryFolder(),
      USER_SOURCE: 'synthetic',
      INGEST_MODE: 'manual',
      ...more,
    };
  }

  start(more: Readonly<Record<string, string>> = {}): AppProcess {
    return AppProcess.start(this.environment(more));
  }

  async execute(query: string, parameters: readonly unknown[] = []): Promise<readonly cassandra.types.Row[]> {
    return (await this.cql.execute(query, [...parameters], { prepare: true })).rows;
  }

  /** Somebody else's table, made before we come. */
  async makeTable(columns: string): Promise<void> {
    await this.execute(`CREATE KEYSPACE ${this.keyspace} WITH replication = {'class': 'NetworkTopologyStrategy', '${realCassandra().localDataCenter}': 1}`);
    await this.execute(`CREATE TABLE ${this.keyspace}.created_users (${columns})`);
  }

  /** The table's columns with type and place in the key, sorted by name: what must not be altered. */
  async columns(): Promise<readonly string[]> {
    const rows = await this.execute('SELECT column_name, type, kind, position FROM system_schema.columns WHERE keyspace_name = ? AND table_name = ?', [this.keyspace, 'created_users']);
    return rows.map((row) => `${row['column_name']} ${row['type']} ${row['kind']} ${row['position']}`).sort();
  }

  rows(): Promise<readonly cassandra.types.Row[]> {
    return this.execute(`SELECT * FROM ${this.keyspace}.created_users`);
  }

  async close(): Promise<void> {
    await this.execute(`DROP KEYSPACE IF EXISTS ${this.keyspace}`);
    await this.cql.shutdown();
  }
}

export async function totalsOf(app: AppProcess): Promise<Totals> {
  return (await app.get<{ totals: Totals }>('/api/v1/ledger')).body.totals;
}

/** So many events of the topic have been handled, none is in flight, and the tallies add up. */
export function handled(app: AppProcess, count: number): Promise<Totals> {
  return eventually(
    async () => {
      const totals = await totalsOf(app);
      expect({ handled: totals.stored + totals.dead + totals.skipped, inFlight: totals.inFlight, balanced: totals.balanced }).toEqual({ handled: count, inFlight: 0, balanced: true });
      return totals;
    },
    { withinMs: 90_000, everyMs: 100 },
  );
}

export interface Readiness {
  readonly status: string;
  readonly details: Readonly<Record<string, { readonly status: string; readonly code: string | null; readonly reason: string | null; readonly suggestion: string | null }>>;
}

export async function readinessOf(app: AppProcess): Promise<Readiness> {
  return (await app.get<Readiness>('/health/ready')).body;
}

export function ready(app: AppProcess): Promise<void> {
  return eventually(async () => expect(await readinessOf(app)).not.toMatchObject({ status: 'error' }), { withinMs: 90_000, everyMs: 100 });
}

