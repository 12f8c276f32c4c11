import { randomBytes } from 'node:crypto';
import { KAFKA_VERSION } from '../../servers/kafka.mjs';
import { NoWay, startServers } from '../../servers/start.mjs';
import { BenchKafka } from './bench-kafka.mjs';
import { BenchKeyspace } from './bench-keyspace.mjs';

/** There are no servers to measure with; the message says why. */
export class ServersMissing extends Error {}

/** Kafka and Cassandra for the lines that need them: those that the environment names, else our own, started when first asked for. */
export class Servers {
  #starting;
  #stop = async () => {};

  /** The servers' versions, by name, once a line has used them; null where one does not say. */
  versions = {};

  /**
   * Where they listen: `{ kafka: { brokers }, cassandra: { contactPoint, localDataCenter } }`.
   * @throws ServersMissing
   */
  endpoints() {
    return (this.#starting ??= this.#start());
  }

  /** Stops those that were started here. */
  stop() {
    return this.#stop();
  }

  async #start() {
    const given = { kafka: endpointOf('USERSTREAM_TEST_KAFKA'), cassandra: endpointOf('USERSTREAM_TEST_CASSANDRA') };
    if (given.cassandra !== undefined) given.cassandra.localDataCenter ??= 'datacenter1';
    if (given.kafka !== undefined && given.cassandra !== undefined) return given;
    try {
      const { stop, ...started } = await startServers({ kafka: given.kafka === undefined, cassandra: given.cassandra === undefined });
      this.#stop = stop;
      return { kafka: given.kafka ?? { ...started.kafka, version: KAFKA_VERSION }, cassandra: given.cassandra ?? started.cassandra };
    } catch (error) {
      throw error instanceof NoWay ? new ServersMissing(error.message, { cause: error }) : error;
    }
  }
}

/** As `npm run servers -- --env FILE` writes it; the tests read the same. */
function endpointOf(name) {
  const text = process.env[name];
  return text ? JSON.parse(text) : undefined;
}

/**
 * Gives `measure` the endpoints, a tag of its own with which all names on the servers are to begin, and what asks them
 * from outside. What bears the tag is gone afterwards.
 * @throws ServersMissing
 */
export async function onServers(servers, measure) {
  const endpoints = await servers.endpoints();
  const tag = `bench_${randomBytes(4).toString('hex')}`;
  const [kafka, keyspace] = await Promise.all([new BenchKafka(endpoints.kafka, tag).open(), new BenchKeyspace(endpoints.cassandra, tag).open()]);
  servers.versions = { Kafka: versionOf(endpoints.kafka), Cassandra: await keyspace.serverVersion() };
  try {
    return await measure({ tag, endpoints, kafka, keyspace });
  } finally {
    await Promise.allSettled([kafka.close(), keyspace.close()]);
  }
}

/** A broker's protocol does not tell its release; one of ours is known by its jars. */
function versionOf({ version, classPath = '' }) {
  return version ?? /kafka-(\d[\d.]*\d)/.exec(classPath)?.[1] ?? null;
}

/** The settings with which the app uses them, short of topics and tables. */
export function settingsOf({ kafka, cassandra }) {
  return {
    EVENT_BUS: 'kafka',
    KAFKA_BROKERS: kafka.brokers,
    USER_REPOSITORY: 'cassandra',
    CASSANDRA_CONTACT_POINTS: cassandra.contactPoint,
    CASSANDRA_LOCAL_DC: cassandra.localDataCenter,
  };
}
