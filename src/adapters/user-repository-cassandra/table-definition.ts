import { CORE_FIELDS } from '../../domain/user.js';
import { type CassandraUserRepositoryOptions } from './cassandra-user-repository.options.js';
import { literal, quoted } from './identifiers.js';

type Named = Pick<CassandraUserRepositoryOptions, 'keyspace' | 'table'>;

const MOST_REPLICAS = 3;
const DATA_CENTER = /^[A-Za-z0-9][A-Za-z0-9 ._-]{0,99}$/;

/** Tells later starts that the table is ours, and whether its index was still to come when it was made. */
const COMMENT = 'made by Userstream';
const COMMENT_WITH_INDEX = `${COMMENT}, to be indexed by email`;

export function tableName({ keyspace, table }: Named): string {
  return `${quoted(keyspace)}.${quoted(table)}`;
}

/**
 * How many replicas each data centre has: as the setting says, else as many as the local one has nodes, at most three.
 * Nodes that are down count: they come back, and the keyspace stays as it was made.
 */
export function replicasOf(replication: string | null, localDataCenter: string, localNodes: number): ReadonlyMap<string, number> {
  if (replication === null) return new Map([[localDataCenter, Math.min(MOST_REPLICAS, Math.max(1, localNodes))]]);
  if (/^\d+$/.test(replication)) return new Map([[localDataCenter, Number(replication)]]);
  return new Map(
    replication.split(',').map((entry) => {
      const [name = '', factor = ''] = entry.split(':').map((part) => part.trim());
      if (!DATA_CENTER.test(name) || !/^[1-9]\d?$/.test(factor)) throw new RangeError(`no replication: ${JSON.stringify(entry)}`);
      return [name, Number(factor)];
    }),
  );
}

export function createKeyspace(keyspace: string, replicas: ReadonlyMap<string, number>): string {
  const options = ["'class': 'NetworkTopologyStrategy'", ...[...replicas].map(([name, factor]) => `${literal(name)}: ${factor}`)];
  return `CREATE KEYSPACE IF NOT EXISTS ${quoted(keyspace)} WITH replication = {${options.join(', ')}}`;
}

/** The table as it is made where there is none; `fields` are the core three and any further ones, in their order. */
export function createTable(named: Named, fields: readonly string[], indexed: boolean): string {
  const core: readonly string[] = CORE_FIELDS;
  const text = (field: string) => `${quoted(field)} text`;
  const columns = [
    'id uuid PRIMARY KEY',
    ...core.map(text),
    'created_at timestamp',
    'src_partition int',
    'src_offset bigint',
    'stored_at timestamp',
    ...fields.filter((field) => !core.includes(field)).map(text),
  ];
  return `CREATE TABLE IF NOT EXISTS ${tableName(named)} (${columns.join(', ')}) WITH comment = ${literal(indexed ? COMMENT_WITH_INDEX : COMMENT)}`;
}

export function createEmailIndex(named: Named): string {
  return `CREATE INDEX IF NOT EXISTS ${quoted(`${named.table}_email`)} ON ${tableName(named)} (email) USING 'sai'`;
}

/** Whether a table's comment says that it is ours and is to have an index: who made it may have died before. */
export function isToBeIndexed(comment: string | null): boolean {
  return comment === COMMENT_WITH_INDEX;
}
