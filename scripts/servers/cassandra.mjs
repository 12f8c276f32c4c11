/** One Cassandra node on loopback, a cluster of its own unless it is told whose. */
import { randomUUID } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import cassandra from 'cassandra-driver';
import { stringify } from 'yaml';
import { makeCertificates } from './certificates.mjs';
import { temporaryFolder } from './guard.mjs';
import { startServer } from './jvm.mjs';
import { fetchJars } from './maven.mjs';
import { freePorts } from './ports.mjs';

export const CASSANDRA_VERSION = '5.0.6';
const ARTIFACTS = [`org.apache.cassandra:cassandra-all:${CASSANDRA_VERSION}`];
/** The one that a node with PasswordAuthenticator makes by itself. */
const FIRST_LOGIN = ['cassandra', 'cassandra'];

const unnamed = (module, packages) => packages.map((name) => `${module}/${name}=ALL-UNNAMED`);
/** What Java 17 has closed and Cassandra still reaches into: the list of its own jvm17-server.options. */
const EXPORTS = [
  ...unnamed('java.base', ['jdk.internal.misc', 'jdk.internal.ref', 'sun.nio.ch', 'java.lang.ref']),
  ...unnamed('java.management.rmi', ['com.sun.jmx.remote.internal.rmi']),
  ...unnamed('java.rmi', ['sun.rmi.registry', 'sun.rmi.server']),
  ...unnamed('java.sql', ['java.sql']),
  ...unnamed('jdk.unsupported', ['sun.misc']),
];
const OPENS = [
  ...unnamed('java.base', [
    'java.lang.module', 'jdk.internal.loader', 'jdk.internal.ref', 'jdk.internal.reflect', 'jdk.internal.math', 'jdk.internal.module', 'jdk.internal.util.jar',
    'sun.nio.ch', 'java.io', 'java.lang', 'java.lang.reflect', 'java.util', 'java.nio', 'java.util.concurrent', 'java.util.concurrent.atomic',
  ]),
  ...unnamed('jdk.management', ['com.sun.management.internal']),
];
const LOGGING = `<configuration>
  <appender name="OUT" class="ch.qos.logback.core.ConsoleAppender">
    <encoder><pattern>%date %-5level %msg \\(%logger{0}\\)%n</pattern></encoder>
  </appender>
  <root level="INFO"><appender-ref ref="OUT"/></root>
</configuration>
`;

/**
 * Starts a node and resolves once it answers CQL. Clients may use TLS or not, on the same port.
 *
 * @param {object} [options]
 * @param {string} [options.folder] where it keeps its data, kept at the end; default: a temporary one, removed
 * @param {string} [options.address] of the loopback network
 * @param {string} [options.clusterName] default: one of its own, since a node that is left over would join its namesake
 * @param {string} [options.localDataCenter]
 * @param {string[]} [options.seeds] `address:storage port` of a cluster to join, with its name, native and storage port; default: itself
 * @param {{ native: number, storage: number, jmx: number }} [options.ports] default: free ones
 * @param {'AllowAllAuthenticator' | 'PasswordAuthenticator'} [options.authenticator]
 * @param {string} [options.heap]
 * @param {Record<string, unknown>} [options.settings] over its own in cassandra.yaml
 */
export async function startCassandra(options = {}) {
  const { folder, address = '127.0.0.1', localDataCenter = 'datacenter1', heap = '1g', authenticator = 'AllowAllAuthenticator' } = options;
  const jars = await fetchJars({ name: 'cassandra', version: CASSANDRA_VERSION, artifacts: ARTIFACTS });
  const temporary = folder === undefined ? temporaryFolder('userstream-cassandra-') : undefined;
  const home = folder ?? temporary.path;
  try {
    const certificates = await makeCertificates(join(home, 'certificates'));
    const ports = options.ports ?? (await drawPorts(address));
    const login = authenticator === 'PasswordAuthenticator' ? FIRST_LOGIN : undefined;
    const conf = writeSettings(home, localDataCenter, { ...settingsOf({ ...options, home, address, ports, authenticator, certificates }), ...options.settings });
    const contactPoint = `${address}:${ports.native}`;
    const node = await startServer({
      name: `Cassandra on ${address}`,
      command: commandOf({ home, ports, heap, classPath: [conf, jars].join(delimiter), alone: options.seeds === undefined }),
      folder: home,
      answers: () => answers(contactPoint, localDataCenter, login),
    });
    return {
      contactPoint,
      localDataCenter,
      caFile: certificates.caFile,
      clientCertFile: certificates.clientCertFile,
      clientKeyFile: certificates.clientKeyFile,
      ...(login && { login }),
      folder: home,
      ports,
      log: node.log,
      get pid() {
        return node.pid;
      },
      kill: node.kill,
      restart: node.restart,
      async stop() {
        await node.kill();
        temporary?.remove();
      },
    };
  } catch (error) {
    temporary?.remove();
    throw error;
  }
}

async function drawPorts(address) {
  const [native, storage, jmx] = await freePorts(3, [...new Set([address, '127.0.0.1'])]);
  return { native, storage, jmx };
}

function settingsOf({ home, address, ports, authenticator, certificates, clusterName = `userstream-${randomUUID()}`, seeds = [`${address}:${ports.storage}`] }) {
  const data = (name) => join(home, 'data', name);
  return {
    cluster_name: clusterName,
    num_tokens: 1,
    partitioner: 'org.apache.cassandra.dht.Murmur3Partitioner',
    commitlog_sync: 'periodic',
    commitlog_sync_period: '10000ms',
    data_file_directories: [data('tables')],
    commitlog_directory: data('commitlog'),
    saved_caches_directory: data('saved_caches'),
    hints_directory: data('hints'),
    cdc_raw_directory: data('cdc_raw'),
    seed_provider: [{ class_name: 'org.apache.cassandra.locator.SimpleSeedProvider', parameters: [{ seeds: seeds.join(',') }] }],
    listen_address: address,
    rpc_address: address,
    storage_port: ports.storage,
    start_native_transport: true,
    native_transport_port: ports.native,
    endpoint_snitch: 'GossipingPropertyFileSnitch',
    authenticator,
    authorizer: authenticator === 'PasswordAuthenticator' ? 'CassandraAuthorizer' : 'AllowAllAuthorizer',
    // Each dropped table would leave a copy behind.
    auto_snapshot: false,
    client_encryption_options: {
      enabled: true,
      optional: true,
      require_client_auth: false,
      ssl_context_factory: { class_name: 'org.apache.cassandra.security.PEMBasedSslContextFactory' },
      keystore: certificates.serverFile,
      truststore: certificates.caFile,
    },
  };
}

function writeSettings(home, localDataCenter, settings) {
  const conf = join(home, 'conf');
  for (const folder of [conf, join(home, 'tmp')]) mkdirSync(folder, { recursive: true });
  writeFileSync(join(conf, 'cassandra.yaml'), stringify(settings));
  writeFileSync(join(conf, 'cassandra-rackdc.properties'), `dc=${localDataCenter}\nrack=rack1\n`);
  writeFileSync(join(conf, 'logback.xml'), LOGGING);
  return conf;
}

function commandOf({ home, ports, heap, classPath, alone }) {
  return [
    `-Xmx${heap}`,
    `-Xms${heap}`,
    ...EXPORTS.map((name) => `--add-exports=${name}`),
    ...OPENS.map((name) => `--add-opens=${name}`),
    '-Djdk.attach.allowAttachSelf=true',
    `-Djava.io.tmpdir=${join(home, 'tmp')}`,
    `-Dcassandra.storagedir=${join(home, 'data')}`,
    `-Dcassandra.jmx.local.port=${ports.jmx}`,
    // It waits for neighbours and with its first superuser, which a node alone has no use for; one that has neighbours must find them on a busy machine.
    '-Dcassandra.skip_wait_for_gossip_to_settle=0',
    `-Dcassandra.ring_delay_ms=${alone ? 100 : 3_000}`,
    '-Dcassandra.superuser_setup_delay_ms=0',
    '-cp',
    classPath,
    'org.apache.cassandra.service.CassandraDaemon',
  ];
}

/** @throws whatever it is that clients would see, as long as it takes no queries */
export async function answers(contactPoint, localDataCenter, login) {
  const client = new cassandra.Client({
    contactPoints: [contactPoint],
    localDataCenter,
    socketOptions: { connectTimeout: 2_000 },
    ...(login && { authProvider: new cassandra.auth.PlainTextAuthProvider(...login) }),
  });
  try {
    await client.execute('SELECT release_version FROM system.local');
  } finally {
    await client.shutdown();
  }
}
