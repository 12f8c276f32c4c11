import { randomUUID } from 'node:crypto';
import { startCassandra, type CassandraNode } from '../../../scripts/servers/cassandra.mjs';
import { startKafka, type KafkaCluster, type KafkaOptions } from '../../../scripts/servers/kafka.mjs';
import { freePorts } from '../../../scripts/servers/ports.mjs';
import { type Servers } from './cluster-installation.js';

const KAFKA_HEAP = '512m';
const CASSANDRA_HEAP = '768m';
const ADDRESSES = ['127.0.0.1', '127.0.0.2', '127.0.0.3'];
/** Of a ring in which each node begins a third, so that all of them can start at the same time. */
const TOKENS = ['-9223372036854775808', '-3074457345618258603', '3074457345618258602'];

export interface OwnServersOptions {
  readonly brokers?: 1 | 3;
  readonly brokerSettings?: KafkaOptions['settings'];
  readonly nodes?: 1 | 3;
}

/** Kafka and Cassandra of one test's own, which it may kill. Whoever opens them stops them. */
export class OwnServers implements Servers {
  readonly brokers: string;
  readonly contactPoints: string;
  readonly localDataCenter: string;

  private constructor(
    readonly kafka: KafkaCluster,
    readonly nodes: readonly CassandraNode[],
  ) {
    this.brokers = kafka.brokers;
    this.contactPoints = nodes.map(({ contactPoint }) => contactPoint).join(',');
    this.localDataCenter = nodes[0]?.localDataCenter ?? '';
  }

  static async start({ brokers = 1, brokerSettings = {}, nodes = 1 }: OwnServersOptions = {}): Promise<OwnServers> {
    // They live for minutes: the quick compiler is worth more than the good one.
    process.env['JAVA_TOOL_OPTIONS'] ??= '-XX:TieredStopAtLevel=1';
    const starts = await Promise.allSettled([startKafka({ brokers, heap: KAFKA_HEAP, settings: brokerSettings }), startRing(nodes)] as const);
    const [kafka, ring] = starts;
    if (kafka.status === 'fulfilled' && ring.status === 'fulfilled') return new OwnServers(kafka.value, ring.value);
    if (kafka.status === 'fulfilled') await kafka.value.stop();
    if (ring.status === 'fulfilled') await Promise.all(ring.value.map((node) => node.stop()));
    throw starts.flatMap((one) => (one.status === 'rejected' ? [one.reason as Error] : []))[0] ?? new Error('servers did not start');
  }

  async stop(): Promise<void> {
    await Promise.all([this.kafka.stop(), ...this.nodes.map((node) => node.stop())]);
  }
}

/** All nodes at once: each is told its tokens and takes no data over, since there is none yet. */
async function startRing(count: 1 | 3): Promise<readonly CassandraNode[]> {
  if (count === 1) return [await startCassandra({ heap: CASSANDRA_HEAP })];
  const [native = 0, storage = 0, ...jmx] = await freePorts(2 + count, ADDRESSES);
  const clusterName = `ring-${randomUUID()}`;
  const seeds = ADDRESSES.map((address) => `${address}:${storage}`);
  const starts = await Promise.allSettled(
    ADDRESSES.map((address, index) =>
      startCassandra({ address, clusterName, seeds, heap: CASSANDRA_HEAP, ports: { native, storage, jmx: jmx[index] ?? 0 }, settings: { auto_bootstrap: false, initial_token: TOKENS[index] } }),
    ),
  );
  const nodes = starts.flatMap((start) => (start.status === 'fulfilled' ? [start.value] : []));
  const failed = starts.find((start) => start.status === 'rejected');
  if (failed === undefined) return nodes;
  await Promise.all(nodes.map((node) => node.stop()));
  throw failed.reason;
}
