import { isIP } from 'node:net';
import { checkServerIdentity, type PeerCertificate } from 'node:tls';
import cassandra, { type ClientOptions, type DseClientOptions } from 'cassandra-driver';
import { DEFAULT_REQUEST_TIMEOUT_MS, type CassandraUserRepositoryOptions } from './cassandra-user-repository.options.js';

const CONNECT_TIMEOUT_MS = 3_000;
/** By the driver's default a node that was away for an hour is not tried again for ten minutes. */
const RECONNECT_MS = { first: 250, longest: 5_000 };
/** A connection that has gone silent is given up after so many requests without an answer, not after 64. */
const SILENT_REQUESTS = 8;
const HEARTBEAT_MS = 10_000;

/** What the driver is given. Its own defaults are one replica, no retry of writes, and certificates that nobody checks. */
export function clientOptionsOf(options: CassandraUserRepositoryOptions): DseClientOptions {
  return {
    contactPoints: [...options.contactPoints],
    ...portOfTheRing(options.contactPoints),
    ...(options.username === null ? {} : { authProvider: new cassandra.auth.PlainTextAuthProvider(options.username, options.password ?? '') }),
    ...(options.ssl === null ? {} : { sslOptions: tlsOf(options.ssl, options.contactPoints) }),
    queryOptions: { consistency: cassandra.types.consistencies[writeConsistency(options)], isIdempotent: true, prepare: true },
    policies: {
      // Given here and not as an option of its own, because the driver closes its connection only when this one finds that there is no such data centre.
      loadBalancing: cassandra.policies.defaultLoadBalancingPolicy(options.localDataCenter),
      reconnection: new cassandra.policies.reconnection.ExponentialReconnectionPolicy(RECONNECT_MS.first, RECONNECT_MS.longest, false),
    },
    pooling: { heartBeatInterval: HEARTBEAT_MS },
    socketOptions: { connectTimeout: CONNECT_TIMEOUT_MS, readTimeout: options.requestTimeoutMs ?? DEFAULT_REQUEST_TIMEOUT_MS, defunctReadTimeoutThreshold: SILENT_REQUESTS },
    applicationName: 'userstream',
    monitorReporting: { enabled: false },
  };
}

type ConsistencyName = 'localQuorum' | 'quorum' | 'eachQuorum' | 'all' | 'localOne' | 'one' | 'two' | 'three';

export function writeConsistency({ consistency }: Pick<CassandraUserRepositoryOptions, 'consistency'>): ConsistencyName {
  switch (consistency) {
    case 'LOCAL_QUORUM':
      return 'localQuorum';
    case 'QUORUM':
      return 'quorum';
    case 'EACH_QUORUM':
      return 'eachQuorum';
    case 'ALL':
      return 'all';
    case 'LOCAL_ONE':
      return 'localOne';
    case 'ONE':
      return 'one';
    case 'TWO':
      return 'two';
    case 'THREE':
      return 'three';
  }
}

/** Cassandra reads with all of them but EACH_QUORUM. */
export function readConsistency(options: Pick<CassandraUserRepositoryOptions, 'consistency'>): ConsistencyName {
  return options.consistency === 'EACH_QUORUM' ? 'localQuorum' : writeConsistency(options);
}

/**
 * The driver connects to addresses, those of the contact points and those that the nodes tell it. So a certificate is
 * good for the address, or for one of the names that the operator has set.
 */
function tlsOf({ ca, cert, key }: NonNullable<CassandraUserRepositoryOptions['ssl']>, contactPoints: readonly string[]): NonNullable<ClientOptions['sslOptions']> {
  const names = contactPoints.map((contactPoint) => partsOf(contactPoint).host).filter((host) => isIP(host) === 0);
  return {
    rejectUnauthorized: true,
    ...(ca === null ? {} : { ca }),
    ...(cert === null ? {} : { cert }),
    ...(key === null ? {} : { key }),
    checkServerIdentity: (address: string, certificate: PeerCertificate) => {
      const fault = checkServerIdentity(address, certificate);
      if (fault === undefined || names.some((name) => checkServerIdentity(name, certificate) === undefined)) return undefined;
      return fault;
    },
  };
}

/** The nodes tell each other's addresses, not their ports: the driver takes 9042 for all that it was not told of. */
function portOfTheRing(contactPoints: readonly string[]): Pick<ClientOptions, 'protocolOptions'> {
  const port = contactPoints.map((contactPoint) => partsOf(contactPoint).port).find((one) => one !== null);
  return port === undefined ? {} : { protocolOptions: { port } };
}

/** Of `host`, `host:port`, `[address]`, `[address]:port` or a bare IPv6 address. */
function partsOf(contactPoint: string): { readonly host: string; readonly port: number | null } {
  const [, bracketed, bare, port] = /^(?:\[(.*)\]|([^:]*))(?::(\d+))?$/.exec(contactPoint) ?? [];
  return { host: bracketed ?? bare ?? contactPoint, port: port === undefined ? null : Number(port) };
}
