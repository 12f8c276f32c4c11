/**
 * The Kafka and Cassandra that this run of the tests has, for specs that end in `.servers.spec.ts`. `npm test` starts
 * both; for single specs, `npm run servers -- --env FILE` in one shell and `. FILE` in another.
 */

type Login = readonly [name: string, password: string];

/** Addresses are `host:port`. What one's own cluster may lack is optional; what `npm test` starts has all of it. */
export interface RealKafka {
  readonly brokers: string;
  readonly ssl?: string;
  readonly saslPlaintext?: string;
  readonly saslSsl?: string;
  /** PEM: the authority of the TLS listeners, and a client's own certificate, which they take but do not ask for. */
  readonly caFile?: string;
  readonly clientCertFile?: string;
  readonly clientKeyFile?: string;
  /** `scram` is known to SCRAM-SHA-256 and SCRAM-SHA-512. */
  readonly users?: { readonly plain: Login; readonly scram: Login };
  /** For `java -cp`: Kafka's own console tools. */
  readonly classPath?: string;
}

export interface RealCassandra {
  readonly contactPoint: string;
  readonly localDataCenter: string;
  /** PEM: the authority for TLS, which is spoken on the same port. */
  readonly caFile?: string;
}

export function realKafka(): RealKafka {
  return read<RealKafka>('USERSTREAM_TEST_KAFKA', 'brokers');
}

export function realCassandra(): RealCassandra {
  return { localDataCenter: 'datacenter1', ...read<Omit<RealCassandra, 'localDataCenter'>>('USERSTREAM_TEST_CASSANDRA', 'contactPoint') };
}

/**
 * A test of something that only some servers have, such as a TLS listener. On others it counts as skipped, and its name
 * says why.
 */
export function itGiven<Endpoint extends object>(endpoint: Endpoint, needed: ReadonlyArray<keyof Endpoint & string>, name: string, body: (endpoint: Required<Endpoint>) => Promise<void>): void {
  const missing = needed.filter((key) => endpoint[key] === undefined);
  // eslint-disable-next-line no-restricted-syntax -- said in its name and counted in the last line of the run
  if (missing.length > 0) it.skip(`${name} (not run: the given server has no ${missing.join(', ')})`, () => undefined);
  else it(name, () => body(endpoint as Required<Endpoint>));
}

function read<Endpoint>(variable: string, required: keyof Endpoint & string): Endpoint {
  const text = process.env[variable];
  if (!text) throw new Error(`${variable} is not set: run this by npm test, or start servers with npm run servers -- --env FILE and source FILE`);
  const endpoint = JSON.parse(text) as Endpoint;
  if (typeof endpoint[required] !== 'string') throw new Error(`${variable} needs "${required}": "host:port"`);
  return endpoint;
}
