import cassandra, { type Client } from 'cassandra-driver';
import { type CassandraUserRepositoryOptions } from './cassandra-user-repository.options.js';
import { clientOptionsOf } from './client-options.js';

/** What a host of the driver's has beside what its types say. */
interface WithPool {
  shutdown?(waitForPending: boolean): Promise<void>;
}

/**
 * A client that is not connected yet. When all nodes were away, the driver (4.10) finds them again as new hosts under
 * the old addresses and forgets the old ones, whose pools go on reconnecting, even after the client is shut down: so a
 * host that is replaced is closed here.
 */
export function newClient(options: CassandraUserRepositoryOptions): Client {
  const client = new cassandra.Client(clientOptionsOf(options));
  client.on('hostRemove', (host: WithPool) => void host.shutdown?.(false).catch(() => undefined));
  return client;
}
