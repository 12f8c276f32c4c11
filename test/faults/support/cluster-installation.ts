import { randomUUID } from 'node:crypto';
import cassandra from 'cassandra-driver';
import { KafkaEventLog } from '../../../src/adapters/event-bus-kafka/kafka-event-log.js';
import { CORE_FIELDS } from '../../../src/domain/user.js';
import { endAppProcesses } from '../../support/app-process.js';
import { KafkaBus } from '../../support/kafka-bus.js';
import { realCassandra, realKafka } from '../../support/real-servers.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { Installation } from './installation.js';
import { type Row } from './observation.js';

/** Where an installation finds its servers. */
export interface Servers {
  /** `host:port`, several with commas between. */
  readonly brokers: string;
  readonly contactPoints: string;
  readonly localDataCenter: string;
}

/** The servers that all tests share: nobody kills these. */
export function sharedServers(): Servers {
  const { contactPoint, localDataCenter } = realCassandra();
  return { brokers: realKafka().brokers, contactPoints: contactPoint, localDataCenter };
}

export interface ClusterOptions {
  /** What the processes of the app are told; default: the test's own servers, without anything between. */
  readonly reachedAt?: Partial<Servers>;
  /** As in CASSANDRA_REPLICATION; default: the server's one node. */
  readonly replication?: string;
}

/** A topic, a group and a keyspace on real servers. */
export class ClusterInstallation extends Installation {
  readonly adapters = 'Kafka and Cassandra';
  readonly topic: string;
  readonly keyspace: string;
  readonly group: string;
  private readonly cql: cassandra.Client;

  private constructor(
    private readonly servers: Servers,
    private readonly options: ClusterOptions,
    private readonly bus: KafkaBus,
  ) {
    super();
    const name = randomUUID().slice(0, 8);
    this.topic = `faults_${name}`;
    this.keyspace = `faults_${name}`;
    this.group = `faults-${name}`;
    const { contactPoints, localDataCenter } = servers;
    // The nodes of a ring tell each other's addresses, not their ports.
    const port = Number(contactPoints.split(':').at(-1));
    this.cql = new cassandra.Client({ contactPoints: contactPoints.split(','), localDataCenter, protocolOptions: { port }, queryOptions: { fetchSize: 5_000, consistency: cassandra.types.consistencies.localQuorum }, socketOptions: { readTimeout: 60_000 } });
  }

  static async open(servers: Servers = sharedServers(), options: ClusterOptions = {}): Promise<ClusterInstallation> {
    return new ClusterInstallation(servers, options, await KafkaBus.open({ brokers: servers.brokers.split(',') }));
  }

  protected get environment(): Readonly<Record<string, string>> {
    const { brokers, contactPoints, localDataCenter } = { ...this.servers, ...this.options.reachedAt };
    return {
      EVENT_BUS: 'kafka',
      KAFKA_BROKERS: brokers,
      USER_REPOSITORY: 'cassandra',
      CASSANDRA_CONTACT_POINTS: contactPoints,
      CASSANDRA_LOCAL_DC: localDataCenter,
      CASSANDRA_KEYSPACE: this.keyspace,
      ...(this.options.replication === undefined ? {} : { CASSANDRA_REPLICATION: this.options.replication }),
      USERS_TOPIC: this.topic,
      PIPELINE_NAME: this.group,
      DATA_DIR: temporaryFolder(),
      USER_SOURCE: 'synthetic',
      INGEST_MODE: 'manual',
    };
  }

  get publisher() {
    return this.bus.publisher;
  }

  /** The bus of the contract suites hides the names of groups from each other; this one's are the app's. */
  get log() {
    return new KafkaEventLog(this.bus.client);
  }

  protected get topics() {
    return this.bus.topics;
  }

  async close(): Promise<void> {
    await endAppProcesses();
    try {
      await this.cql.execute(`DROP KEYSPACE IF EXISTS ${this.keyspace}`);
    } finally {
      await this.cql.shutdown();
      await this.bus.close();
    }
  }

  /** Read by CQL, not by the adapter; `created_at` is written at the event's time, to the microsecond. */
  protected async rows(): Promise<readonly Row[]> {
    const rows: Row[] = [];
    const query = `SELECT id, ${CORE_FIELDS.join(', ')}, writetime(created_at) AS time, src_partition, src_offset FROM ${this.keyspace}.created_users`;
    for await (const row of await this.cql.execute(query, [], { prepare: true })) {
      rows.push({
        userId: String(row['id']),
        fields: Object.fromEntries(CORE_FIELDS.map((name) => [name, String(row[name])])),
        timeMicros: Number(row['time']),
        partition: Number(row['src_partition']),
        offset: Number(row['src_offset']),
      });
    }
    return rows;
  }
}
