export type Consistency = 'LOCAL_QUORUM' | 'QUORUM' | 'EACH_QUORUM' | 'ALL' | 'LOCAL_ONE' | 'ONE' | 'TWO' | 'THREE';

/** Which table, and how its cluster is reached. Names are taken as the cluster has them, capitals included. */
export interface CassandraUserRepositoryOptions {
  /** `host` or `host:port` each, at least one; the port is 9042 unless named. */
  readonly contactPoints: readonly string[];
  readonly localDataCenter: string;
  readonly keyspace: string;
  readonly table: string;
  /** Null together with the password: no login. */
  readonly username: string | null;
  readonly password: string | null;
  /** PEM texts; null for no TLS. Without `ca` the authorities that Node trusts. */
  readonly ssl: { readonly ca: string | null; readonly cert: string | null; readonly key: string | null } | null;
  /** How many replicas must have a row before it counts as stored. Reads take the same, LOCAL_QUORUM in place of EACH_QUORUM. */
  readonly consistency: Consistency;
  /** Of a keyspace that is made: `3` in the local data centre, or `dc1:3,dc2:2`; null for as many as the data centre has nodes, at most 3. */
  readonly replication: string | null;
  /** Whether a table that is made gets an index on email, from Cassandra 5.0 on. */
  readonly emailIndex: 'sai' | 'none';
  /** The value's fields, which bind to columns of the same name; the core three are always among them. */
  readonly fields: readonly string[];
  /** The largest row that is taken, in bytes of UTF-8 over all its fields; 1 MiB by default. */
  readonly maxRowBytes?: number;
  /** How long one request may take, in milliseconds; 5 s by default. */
  readonly requestTimeoutMs?: number;
}

export const DEFAULT_MAX_ROW_BYTES = 1_048_576;
export const DEFAULT_REQUEST_TIMEOUT_MS = 5_000;
