import { type Role } from './roles.js';

export type IngestMode = 'continuous' | 'scheduled' | 'manual';
export type SourceChoice = 'auto' | 'randomuser' | 'synthetic' | 'file';

/** TLS to a server: PEM texts; a null authority is the trust that Node has by itself. */
export interface TlsConfig {
  readonly ca: string | null;
  readonly cert: string | null;
  readonly key: string | null;
}

/** What holds on whichever log. */
interface TopicsConfig {
  readonly usersTopic: string;
  readonly deadLetterTopic: string;
  readonly group: string;
  readonly partitions: number;
  /** Of the users topic, over all its partitions; null is no limit. */
  readonly retention: { readonly maxAgeMs: number | null; readonly maxBytes: number | null };
}

export interface KafkaConfig {
  readonly kind: 'kafka';
  /** `host:port` each, at least one. */
  readonly brokers: readonly string[];
  /** Null for no TLS. */
  readonly ssl: TlsConfig | null;
  readonly sasl: { readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512'; readonly username: string; readonly password: string } | null;
  /** Of topics that we create; -1 is the brokers' default. */
  readonly replication: number;
}

export interface CassandraConfig {
  readonly kind: 'cassandra';
  /** `host` or `host:port` each, at least one. */
  readonly contactPoints: readonly string[];
  readonly localDataCenter: string;
  readonly keyspace: string;
  readonly table: string;
  /** Null together with the password: no login. */
  readonly username: string | null;
  readonly password: string | null;
  readonly ssl: TlsConfig | null;
  readonly consistency: 'LOCAL_QUORUM' | 'QUORUM' | 'EACH_QUORUM' | 'ALL' | 'LOCAL_ONE' | 'ONE' | 'TWO' | 'THREE';
  /** Of a keyspace that we create: `3`, or `dc1:3,dc2:2`; null for the adapter's choice. */
  readonly replication: string | null;
  readonly emailIndex: 'sai' | 'none';
}

/** Everything that can be set, parsed, complete and frozen. Times in milliseconds, sizes in bytes. */
export interface Config {
  readonly roles: readonly Role[];
  readonly pipeline: string;
  readonly http: { readonly host: string; readonly port: number };
  readonly apiKey: string | null;
  readonly dataDir: string;
  readonly source: { readonly choice: SourceChoice; readonly randomUserUrl: string; readonly file: string | null };
  /** What of a person travels and is stored, in the value's order, the core three among them. */
  readonly fields: readonly string[];
  readonly bus: TopicsConfig & ({ readonly kind: 'sqlite' } | KafkaConfig);
  readonly repository: { readonly kind: 'sqlite' } | CassandraConfig;
  readonly ingest: {
    readonly mode: IngestMode;
    readonly rate: number;
    readonly pageSize: number;
    readonly windowMs: number;
    readonly cron: string;
    readonly timezone: string;
  };
  readonly log: { readonly level: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace'; readonly format: 'pretty' | 'json' | null };
}
