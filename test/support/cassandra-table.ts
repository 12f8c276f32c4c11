import { randomUUID } from 'node:crypto';
import cassandra, { type Client, type types } from 'cassandra-driver';
import { SystemClock } from '../../src/adapters/clock-system/system-clock.js';
import { type CassandraUserRepositoryOptions } from '../../src/adapters/user-repository-cassandra/cassandra-user-repository.options.js';
import { CassandraUserRepository } from '../../src/adapters/user-repository-cassandra/cassandra-user-repository.js';
import { CORE_FIELDS } from '../../src/domain/user.js';
import { eventually } from './eventually.js';
import { realCassandra } from './real-servers.js';
import { TcpProxy } from './tcp-proxy.js';

/** A keyspace of one spec's own on the real server, dropped at its end, and plain CQL. */
export class CassandraKeyspace {
  readonly name = `us_${randomUUID().replaceAll('-', '').slice(0, 20)}`;
  readonly client: Client;
  private tables = 0;

  private constructor() {
    const { contactPoint, localDataCenter } = realCassandra();
    this.client = new cassandra.Client({ contactPoints: [contactPoint], localDataCenter, socketOptions: { readTimeout: 60_000 } });
  }

  static async make(): Promise<CassandraKeyspace> {
    const keyspace = new CassandraKeyspace();
    await keyspace.cql(`CREATE KEYSPACE ${keyspace.name} WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}`);
    return keyspace;
  }

  /** A name that no table has yet. */
  newName(): string {
    this.tables += 1;
    return `t${this.tables}`;
  }

  /** Runs one statement; `%t` stands for `table` in it. */
  async cql(statement: string, params: readonly unknown[] = [], table = ''): Promise<types.Row[]> {
    const { rows } = await this.client.execute(statement.replaceAll('%t', `${this.name}.${table}`), [...params], { prepare: params.length > 0 });
    return rows;
  }

  async drop(): Promise<void> {
    await this.cql(`DROP KEYSPACE IF EXISTS ${this.name}`);
    await this.client.shutdown();
  }
}

/** A repository behind a wire that can be cut, and what a test may do to both. */
export class CassandraTable {
  private readonly opened: CassandraUserRepository[] = [];

  private constructor(
    readonly options: CassandraUserRepositoryOptions,
    readonly proxy: TcpProxy,
  ) {}

  static async open(keyspace: Pick<CassandraKeyspace, 'name'>, table: string, given: Partial<CassandraUserRepositoryOptions> = {}): Promise<CassandraTable> {
    const proxy = await TcpProxy.to(realCassandra().contactPoint);
    const opened = new CassandraTable(optionsFor(keyspace, table, proxy.address, given), proxy);
    await opened.openAnother();
    return opened;
  }

  get repository(): CassandraUserRepository {
    const last = this.opened.at(-1);
    if (last === undefined) throw new Error('no repository is open');
    return last;
  }

  /** Another repository on the same table, as another process would have it. */
  async openAnother(given: Partial<CassandraUserRepositoryOptions> = {}): Promise<CassandraUserRepository> {
    const another = new CassandraUserRepository({ ...this.options, ...given }, new SystemClock());
    this.opened.push(another);
    await isOpen(another);
    return another;
  }

  async reopen(): Promise<CassandraUserRepository> {
    await Promise.all(this.opened.splice(0).map((repository) => repository.onApplicationShutdown()));
    return this.openAnother();
  }

  /** Cuts the wire; resolves with what mends it and waits until the driver has noticed. */
  async takeAway(): Promise<() => Promise<void>> {
    this.proxy.cut();
    return async () => {
      this.proxy.mend();
      await eventually(() => this.repository.list({ cursor: null, limit: 1 }));
    };
  }

  async close(): Promise<void> {
    await Promise.all(this.opened.splice(0).map((repository) => repository.onApplicationShutdown()));
    await this.proxy.close();
  }
}

export function optionsFor(keyspace: Pick<CassandraKeyspace, 'name'>, table: string, contactPoint: string, given: Partial<CassandraUserRepositoryOptions> = {}): CassandraUserRepositoryOptions {
  return {
    contactPoints: [contactPoint],
    localDataCenter: realCassandra().localDataCenter,
    keyspace: keyspace.name,
    table,
    username: null,
    password: null,
    ssl: null,
    consistency: 'LOCAL_QUORUM',
    replication: null,
    emailIndex: 'sai',
    fields: CORE_FIELDS,
    ...given,
  };
}

/** Waits until a repository has its table. */
export async function isOpen(repository: CassandraUserRepository): Promise<void> {
  await eventually(() => repository.identity, { withinMs: 60_000 });
}
