/** Kafka and Cassandra by whichever way this machine has: Maven artifacts on its own Java, else a container engine. */
import { spawnSync } from 'node:child_process';
import { whyNoJava } from './jvm.mjs';
import { Unobtainable } from './maven.mjs';

/** This machine has no way to run the servers; nothing is wrong with them. */
export class NoWay extends Error {}

/**
 * Starts what is asked for, side by side, and resolves once all of it answers.
 *
 * @param {{ kafka?: boolean, cassandra?: boolean }} which
 * @returns {Promise<{ kafka?: object, cassandra?: object, stop: () => Promise<void> }>} the endpoints, as specs read them
 * @throws NoWay
 * @throws Error that says why a server did not start, with nothing left running
 */
export async function startServers({ kafka = true, cassandra = true } = {}) {
  const which = { kafka, cassandra };
  const noJava = whyNoJava();
  const reasons = noJava ? [noJava] : [];
  if (!noJava) {
    try {
      return await startAll(which, ON_JAVA);
    } catch (error) {
      if (!(error instanceof Unobtainable)) throw error;
      reasons.push(error.message);
    }
  }
  if (spawnSync('docker', ['info'], { stdio: 'ignore', timeout: 20_000 }).status === 0) return startAll(which, await import('./docker.mjs'));
  throw new NoWay([...reasons, 'there is no container engine that answers'].join(', and '));
}

async function startAll({ kafka, cassandra }, by) {
  const starts = await Promise.allSettled([kafka ? by.kafka() : undefined, cassandra ? by.cassandra() : undefined]);
  const servers = starts.map(({ value }) => value);
  const stop = async () => void (await Promise.all(servers.map((server) => server?.stop())));
  const failed = starts.find(({ status }) => status === 'rejected');
  if (failed) {
    await stop();
    throw failed.reason;
  }
  return { kafka: servers[0]?.endpoints, cassandra: servers[1]?.endpoints, stop };
}

// Loaded when needed: the drivers that these import may not be installed yet when the test command begins.
const ON_JAVA = {
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
};

/** The endpoints as specs get them: variables of the environment. */
export function variablesOf({ kafka, cassandra }) {
  return {
    ...(kafka && { USERSTREAM_TEST_KAFKA: JSON.stringify(kafka) }),
    ...(cassandra && { USERSTREAM_TEST_CASSANDRA: JSON.stringify(cassandra) }),
  };
}
