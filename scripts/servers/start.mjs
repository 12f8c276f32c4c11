/** Kafka and Cassandra by whichever way this machine has: Maven artifacts on its own Java, else a container engine. */
import { spawnSync } from 'node:child_process';

/** @returns {{ way: 'java' | 'docker' } | { reason: string }} */
export function wayToStart() {
  if (succeeds('java', ['-version']) && succeeds('mvn', ['-v'])) return { way: 'java' };
  if (succeeds('docker', ['info'])) return { way: 'docker' };
  return { reason: 'there is neither Java with Maven nor a running container engine, and USERSTREAM_TEST_KAFKA and USERSTREAM_TEST_CASSANDRA are not set' };
}

/**
 * Starts what is asked for, side by side, and resolves once all of it answers.
 *
 * @param {{ kafka?: boolean, cassandra?: boolean }} which
 * @returns {Promise<{ kafka?: object, cassandra?: object, stop: () => Promise<void> }>} the endpoints, as specs read them
 * @throws Error that says why, with nothing left running
 */
export async function startServers({ kafka = true, cassandra = true } = {}) {
  const { way, reason } = wayToStart();
  if (way === undefined) throw new Error(`Kafka and Cassandra can't be started: ${reason}.`);
  const starts = await Promise.allSettled([kafka && startersOf[way].kafka(), cassandra && startersOf[way].cassandra()]);
  const running = starts.filter(({ status, value }) => status === 'fulfilled' && value).map(({ value }) => value);
  const stop = async () => void (await Promise.all(running.map((server) => server.stop())));
  const failed = starts.find(({ status }) => status === 'rejected');
  if (failed) {
    await stop();
    throw failed.reason;
  }
  const [first, second] = starts.map(({ value }) => (value ? value.endpoints : undefined));
  return { ...(first && { kafka: first }), ...(second && { cassandra: second }), stop };
}

// Loaded when needed: the drivers that these import may not be installed yet when the test command begins.
const startersOf = {
  java: {
    async kafka() {
      const { startKafka } = await import('./kafka.mjs');
      const { brokers, ssl, saslPlaintext, saslSsl, caFile, clientCertFile, clientKeyFile, users, classPath, stop } = await startKafka();
      return { endpoints: { brokers, ssl, saslPlaintext, saslSsl, caFile, clientCertFile, clientKeyFile, users, classPath }, stop };
    },
    async cassandra() {
      const { startCassandra } = await import('./cassandra.mjs');
      const { contactPoint, localDataCenter, caFile, stop } = await startCassandra();
      return { endpoints: { contactPoint, localDataCenter, caFile }, stop };
    },
  },
  docker: {
    kafka: async () => (await import('./docker.mjs')).startKafkaContainer(),
    cassandra: async () => (await import('./docker.mjs')).startCassandraContainer(),
  },
};

/** The endpoints as variables of the environment: what specs read, and what a shell can source. */
export function variablesOf({ kafka, cassandra }) {
  return {
    ...(kafka && { USERSTREAM_TEST_KAFKA: JSON.stringify(kafka) }),
    ...(cassandra && { USERSTREAM_TEST_CASSANDRA: JSON.stringify(cassandra) }),
  };
}

function succeeds(command, args) {
  return spawnSync(command, args, { stdio: 'ignore', timeout: 20_000 }).status === 0;
}
