import { Logger } from '@nestjs/common';
import { type Client, type types } from 'cassandra-driver';
import { type Clock } from '../../ports/clock.port.js';
import { RepositoryUnavailableError } from '../../ports/user-repository.port.js';
import { failureOf } from './cassandra-errors.js';
import { type CassandraUserRepositoryOptions } from './cassandra-user-repository.options.js';
import { createEmailIndex, createKeyspace, createTable, isToBeIndexed, replicasOf } from './table-definition.js';
import { shapeOf, type Column, type Index, type TableShape } from './table-shape.js';

export interface TableFound {
  readonly shape: TableShape;
  /** The table's id: another one once it was dropped and made again. */
  readonly id: string;
}

/** On a ring two that make the same table at once make two of it: so they come one after the other, mostly. */
const STEP_ASIDE_MS = 1_000;
const DEFINITION_TIMEOUT_MS = 30_000;
/** The first that has storage-attached indexes. */
const SAI_SINCE = 5;

/** Finds the table, or makes it and its keyspace where they are missing. A table that exists is only looked at. */
export class OpenTable {
  private readonly logger = new Logger('CassandraUserRepository');

  constructor(
    private readonly client: Client,
    private readonly options: CassandraUserRepositoryOptions,
    private readonly fields: readonly string[],
    private readonly clock: Clock,
  ) {}

  /**
   * @throws TableUnusableError - it exists, and cannot be written to as it is.
   * @throws whatever the driver meets
   */
  async execute(): Promise<TableFound> {
    await this.makeMissing();
    const table = await this.table();
    if (table === null) throw new RepositoryUnavailableError('the table was made, and is not there yet', { remedy: 'nothing to do: it is looked for again' });
    if (this.options.emailIndex === 'sai' && isToBeIndexed(table.comment)) await this.makeIndex();
    const { keyspace, table: name } = this.options;
    const columns = await this.schema('SELECT column_name, kind, position, type FROM system_schema.columns WHERE keyspace_name = ? AND table_name = ?');
    const indexes = await this.schema('SELECT kind, options FROM system_schema.indexes WHERE keyspace_name = ? AND table_name = ?');
    return { id: table.id, shape: shapeOf({ keyspace, table: name }, columns.map(columnOf), indexes.map(indexOf), this.fields) };
  }

  private async makeMissing(): Promise<void> {
    if (await this.isComplete()) return;
    if (this.client.hosts.length > 1) {
      await this.clock.sleep(Math.random() * STEP_ASIDE_MS);
      if (await this.isComplete()) return;
    }
    const { keyspace, table, replication, localDataCenter, emailIndex } = this.options;
    if (!(await this.hasKeyspace())) {
      const nodes = this.client.hosts.values().filter(({ datacenter }) => datacenter === localDataCenter).length;
      const replicas = replicasOf(replication, localDataCenter, nodes);
      await this.define(createKeyspace(keyspace, replicas));
      this.logger.log(`made the keyspace ${keyspace}, replicas: ${[...replicas].map(([name, factor]) => `${name} ${factor}`).join(', ')}${Math.max(...replicas.values()) === 1 ? '; with one replica rows are lost with its node' : ''}`);
    }
    const indexed = emailIndex === 'sai' && this.hasSai();
    await this.define(createTable(this.options, this.fields, indexed));
    this.logger.log(`made the table ${keyspace}.${table}`);
  }

  private async isComplete(): Promise<boolean> {
    return (await this.table()) !== null;
  }

  private async hasKeyspace(): Promise<boolean> {
    const { rows } = await this.client.execute('SELECT keyspace_name FROM system_schema.keyspaces WHERE keyspace_name = ?', [this.options.keyspace]);
    return rows.length > 0;
  }

  private async table(): Promise<{ readonly id: string; readonly comment: string | null } | null> {
    const [row] = await this.schema('SELECT id, comment FROM system_schema.tables WHERE keyspace_name = ? AND table_name = ?');
    return row === undefined ? null : { id: String(row.get('id')), comment: row.get('comment') as string | null };
  }

  /** Whoever made the table may have gone before it was indexed. Without the right to, the table works, without this query. */
  private async makeIndex(): Promise<void> {
    try {
      await this.define(createEmailIndex(this.options));
    } catch (error) {
      const failure = failureOf(error);
      if (failure?.kind !== 'permission' && failure?.kind !== 'refused') throw error;
      this.logger.warn(`the table has no index on email, so people cannot be found by address: ${failure.error.message}`);
    }
  }

  private async define(statement: string): Promise<void> {
    const result = await this.client.execute(statement, [], { prepare: false, readTimeout: DEFINITION_TIMEOUT_MS });
    // The driver has waited for it; its types do not have the outcome.
    const { isSchemaInAgreement } = result.info as { isSchemaInAgreement?: boolean };
    if (isSchemaInAgreement === false) throw new RepositoryUnavailableError('the nodes do not agree on the schema yet', { remedy: 'if it lasts, look for a node that is down or unreachable' });
  }

  private async schema(query: string): Promise<types.Row[]> {
    const { rows } = await this.client.execute(query, [this.options.keyspace, this.options.table]);
    return rows;
  }

  private hasSai(): boolean {
    return this.client.hosts.values().every(({ cassandraVersion }) => Number.parseInt(cassandraVersion, 10) >= SAI_SINCE);
  }
}

function columnOf(row: types.Row): Column {
  const [name, kind, position, type] = ['column_name', 'kind', 'position', 'type'].map((column) => row.get(column) as string | number);
  return { name: String(name), kind: String(kind), position: Number(position), type: String(type) };
}

function indexOf(row: types.Row): Index {
  return { kind: String(row.get('kind')), options: (row.get('options') ?? {}) as Record<string, string> };
}
