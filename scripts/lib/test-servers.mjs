/** The Kafka and Cassandra of one run of the tests: given from outside, or started beside it. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { NoWay, startServers, variablesOf } from '../servers/start.mjs';
import { root } from './prepare.mjs';

const VARIABLES = { kafka: 'USERSTREAM_TEST_KAFKA', cassandra: 'USERSTREAM_TEST_CASSANDRA' };

/**
 * Begins to start what the environment does not name, and returns at once: types and lint are checked meanwhile.
 *
 * @param {NodeJS.ProcessEnv} env
 * @returns `ready` resolves with the variables for the specs, or with the reason why there are none; it rejects when a
 * server did not start although it could be had
 */
export function beginServers(env) {
  const missing = Object.fromEntries(Object.entries(VARIABLES).map(([server, variable]) => [server, !env[variable]]));
  const started = missing.kafka || missing.cassandra ? startServers(missing) : Promise.resolve({ stop: async () => {} });
  const ready = started.then(
    (servers) => ({ variables: variablesOf(servers) }),
    (error) => {
      if (!(error instanceof NoWay)) throw error;
      return { reason: `${error.message}; ${Object.values(VARIABLES).join(' and ')} may name some that run` };
    },
  );
  // Heard when it is waited for, which a gate that fails first may prevent.
  ready.catch(() => undefined);
  return { ready, stop: () => started.then((servers) => servers.stop(), () => undefined) };
}

/** How many spec files can't run without servers. */
export function countServerSpecs() {
  return readdirSync(join(root, 'test'), { recursive: true }).filter((file) => file.endsWith('.servers.spec.ts')).length;
}
