import { type ServerNode } from './jvm.mjs';

export interface CassandraOptions {
  readonly folder?: string;
  readonly address?: string;
  readonly clusterName?: string;
  readonly localDataCenter?: string;
  readonly seeds?: readonly string[];
  readonly ports?: { readonly native: number; readonly storage: number; readonly jmx: number };
  readonly authenticator?: 'AllowAllAuthenticator' | 'PasswordAuthenticator';
  readonly heap?: string;
  readonly settings?: Readonly<Record<string, unknown>>;
}
export interface CassandraNode extends ServerNode {
  readonly contactPoint: string;
  readonly localDataCenter: string;
  readonly caFile: string;
  readonly clientCertFile: string;
  readonly clientKeyFile: string;
  /** With PasswordAuthenticator: the superuser that it makes by itself. */
  readonly login?: readonly [name: string, password: string];
  readonly folder: string;
  readonly ports: { readonly native: number; readonly storage: number; readonly jmx: number };
  /** Ends it for good and removes its data, unless its folder was given. */
  stop(): Promise<void>;
}
export const CASSANDRA_VERSION: string;
export function startCassandra(options?: CassandraOptions): Promise<CassandraNode>;
