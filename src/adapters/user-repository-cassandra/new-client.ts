import cassandra, { type Client } from 'cassandra-driver';
import { type CassandraUserRepositoryOptions } from './cassandra-user-repository.options.js';
import { clientOptionsOf } from './client-options.js';

/** What the driver (4.10) has beside what its types say. */
interface Closable {
  shutdown?(waitForPending: boolean): Promise<void>;
}
interface WithControl {
  controlConnection?: { connection?: { close?(): void } | null };
}

/** By then a host that comes after the end has its connection. */
const LATE_HOST_MS = 1_000;

const closed = new WeakSet<Client>();

/**
 * A client that is not connected yet; to be closed by `closeClient`. When all nodes were away, the driver finds them
 * again as new hosts under the old addresses and forgets the old ones, whose pools go on reconnecting, even after its
 * shutdown; and what looks for nodes at that moment may find them afterwards. Both are closed here.
 */
export function newClient(options: CassandraUserRepositoryOptions): Client {
  const client = new cassandra.Client(clientOptionsOf(options));
  client.on('hostRemove', (host: Closable) => closeHost(host));
  client.on('hostAdd', (host: Closable) => {
    if (closed.has(client)) setTimeout(closeHost, LATE_HOST_MS, host);
  });
  return client;
}

/** Also one that could not connect: the driver forgets the connection over which it found out why. Never rejects. */
export async function closeClient(client: Client): Promise<void> {
  closed.add(client);
  await client.shutdown().catch(() => undefined);
  (client as unknown as WithControl).controlConnection?.connection?.close?.();
}

function closeHost(host: Closable): void {
  void host.shutdown?.(false).catch(() => undefined);
}
