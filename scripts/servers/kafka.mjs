/** Kafka brokers on loopback, each with the four kinds of listener that a cluster in the wild may ask for. */
import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import kafkajs from 'kafkajs';
import { makeCertificates } from './certificates.mjs';
import { temporaryFolder } from './guard.mjs';
import { runJava, startServer } from './jvm.mjs';
import { fetchJars } from './maven.mjs';
import { freePorts } from './ports.mjs';
import { untilItAnswers } from './until.mjs';

export const KAFKA_VERSION = '4.3.1';
const ARTIFACTS = [`org.apache.kafka:kafka_2.13:${KAFKA_VERSION}`, `org.apache.kafka:kafka-tools:${KAFKA_VERSION}`, 'org.apache.logging.log4j:log4j-slf4j-impl:2.24.3'];
const HOST = '127.0.0.1';
const LISTENERS = { plaintext: 'PLAINTEXT', ssl: 'SSL', saslPlaintext: 'SASL_PLAINTEXT', saslSsl: 'SASL_SSL' };
const JOIN_MS = 60_000;
const MECHANISMS = ['SCRAM-SHA-256', 'SCRAM-SHA-512'];
const USERS = { plain: ['plain-user', 'plain-secret'], scram: ['scram-user', 'scram-secret'] };
const LOGGING = `status = error
appender.out.type = Console
appender.out.name = out
appender.out.layout.type = PatternLayout
appender.out.layout.pattern = %d %p %m (%c{1})%n%throwable
rootLogger.level = info
rootLogger.appenderRef.out.ref = out
`;

/** The jars of the brokers and of Kafka's console tools. */
export const kafkaClassPath = () => fetchJars({ name: 'kafka', version: KAFKA_VERSION, artifacts: ARTIFACTS });

/**
 * Starts a cluster of its own and resolves once every broker is in its metadata.
 *
 * @param {object} [options]
 * @param {string} [options.folder] where it keeps its data, kept at the end; default: a temporary one, removed
 * @param {number} [options.brokers]
 * @param {string} [options.heap]
 * @param {Record<string, string | number | boolean>} [options.settings] over the brokers' own
 * @param {(address: string) => Promise<number>} [options.advertise] the port that a broker names to its clients in plain text in place of its own, such as that of a proxy before it
 */
export async function startKafka({ folder, brokers = 1, heap = '512m', settings = {}, advertise } = {}) {
  const classPath = await kafkaClassPath();
  const temporary = folder === undefined ? temporaryFolder('userstream-kafka-') : undefined;
  const home = folder ?? temporary.path;
  const nodes = [];
  const stop = async () => {
    await Promise.all(nodes.map((node) => node.kill()));
    temporary?.remove();
  };
  try {
    const certificates = await makeCertificates(join(home, 'certificates'));
    const cluster = await planCluster(brokers, advertise);
    const endpoints = endpointsOf(cluster);
    const starts = cluster.nodes.map(async (node, index) => {
      const own = join(home, `broker-${node.id}`);
      const file = writeSettings(own, { ...settingsOf(node, cluster, own, certificates), ...settings });
      await format(classPath, file, cluster, own);
      const command = [`-Xmx${heap}`, `-Xms${heap}`, '-Djava.awt.headless=true', `-Dlog4j2.configurationFile=${join(own, 'log4j2.properties')}`, '-cp', classPath, 'kafka.Kafka', file];
      nodes[index] = await startServer({ name: `Kafka broker ${node.id}`, command, folder: own, answers: () => answers(`${HOST}:${node.advertised.plaintext}`) });
    });
    const failed = (await Promise.allSettled(starts)).find(({ status }) => status === 'rejected');
    if (failed) throw failed.reason;
    // Each answers; that each knows the others is a moment later.
    const error = await untilItAnswers(() => answers(endpoints.plaintext, brokers), { withinMs: JOIN_MS });
    if (error) throw error;
    return {
      brokers: endpoints.plaintext,
      ssl: endpoints.ssl,
      saslPlaintext: endpoints.saslPlaintext,
      saslSsl: endpoints.saslSsl,
      caFile: certificates.caFile,
      clientCertFile: certificates.clientCertFile,
      clientKeyFile: certificates.clientKeyFile,
      users: USERS,
      classPath,
      folder: home,
      nodes,
      log: nodes[0].log,
      get pid() {
        return nodes[0].pid;
      },
      kill: (signal) => Promise.all(nodes.map((node) => node.kill(signal))).then(() => undefined),
      restart: () => Promise.all(nodes.map((node) => node.restart())).then(() => undefined),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function planCluster(brokers, advertise) {
  const names = [...Object.keys(LISTENERS), 'controller'];
  const free = await freePorts(brokers * names.length);
  const nodes = Array.from({ length: brokers }, async (_, index) => {
    const ports = Object.fromEntries(names.map((name, place) => [name, free[index * names.length + place]]));
    const advertised = advertise === undefined ? ports : { ...ports, plaintext: await advertise(`${HOST}:${ports.plaintext}`) };
    return { id: index + 1, directory: uuid(), ports, advertised };
  });
  return { id: uuid(), nodes: await Promise.all(nodes) };
}

/** As Kafka writes ids; a leading dash would be taken for an option. */
function uuid() {
  for (;;) {
    const id = randomBytes(16).toString('base64url');
    if (!id.startsWith('-')) return id;
  }
}

function endpointsOf({ nodes }) {
  return Object.fromEntries(Object.keys(LISTENERS).map((name) => [name, nodes.map(({ advertised }) => `${HOST}:${advertised[name]}`).join(',')]));
}

function settingsOf(node, cluster, folder, { caFile, serverFile }) {
  const copies = Math.min(3, cluster.nodes.length);
  const listeners = (ports) => Object.entries(LISTENERS).map(([name, protocol]) => `${protocol}://${HOST}:${ports[name]}`);
  const [plainUser, plainPassword] = USERS.plain;
  const plain = `org.apache.kafka.common.security.plain.PlainLoginModule required user_${plainUser}="${plainPassword}";`;
  const scram = 'org.apache.kafka.common.security.scram.ScramLoginModule required;';
  const logins = ['sasl_plaintext', 'sasl_ssl'].flatMap((listener) => [
    [`listener.name.${listener}.plain.sasl.jaas.config`, plain],
    ...MECHANISMS.map((mechanism) => [`listener.name.${listener}.${mechanism.toLowerCase()}.sasl.jaas.config`, scram]),
  ]);
  return {
    'process.roles': 'broker,controller',
    'node.id': node.id,
    'log.dirs': join(folder, 'data'),
    listeners: [...listeners(node.ports), `CONTROLLER://${HOST}:${node.ports.controller}`].join(','),
    'advertised.listeners': listeners(node.advertised).join(','),
    'listener.security.protocol.map': [...Object.values(LISTENERS).map((name) => `${name}:${name}`), 'CONTROLLER:PLAINTEXT'].join(','),
    'controller.listener.names': 'CONTROLLER',
    'inter.broker.listener.name': 'PLAINTEXT',
    'controller.quorum.bootstrap.servers': cluster.nodes.map(({ ports }) => `${HOST}:${ports.controller}`).join(','),
    'ssl.keystore.type': 'PEM',
    'ssl.keystore.location': serverFile,
    'ssl.truststore.type': 'PEM',
    'ssl.truststore.location': caFile,
    'ssl.client.auth': 'requested',
    'sasl.enabled.mechanisms': ['PLAIN', ...MECHANISMS].join(','),
    ...Object.fromEntries(logins),
    'offsets.topic.replication.factor': copies,
    'transaction.state.log.replication.factor': copies,
    'transaction.state.log.min.isr': Math.min(2, copies),
    'share.coordinator.state.topic.replication.factor': copies,
    'share.coordinator.state.topic.min.isr': Math.min(2, copies),
    'default.replication.factor': copies,
    // 50 of each by default, which a test's first group and first transaction would wait for.
    'offsets.topic.num.partitions': 5,
    'transaction.state.log.num.partitions': 5,
    'group.initial.rebalance.delay.ms': 0,
    // As brokers in the wild have it: what is tested against these must not need it, nor set it off.
    'auto.create.topics.enable': true,
  };
}

function writeSettings(folder, settings) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'log4j2.properties'), LOGGING);
  const file = join(folder, 'server.properties');
  writeFileSync(file, `${Object.entries(settings).map(([name, value]) => `${name}=${value}`).join('\n')}\n`);
  return file;
}

/** Since 4.0 the first users are part of the format: there is no broker yet that could be asked to add them. */
async function format(classPath, file, cluster, cwd) {
  const controllers = cluster.nodes.map(({ id, ports, directory }) => `${id}@${HOST}:${ports.controller}:${directory}`).join(',');
  const [name, password] = USERS.scram;
  const users = MECHANISMS.flatMap((mechanism) => ['--add-scram', `${mechanism}=[name=${name},password=${password}]`]);
  await runJava({ classPath, main: 'kafka.tools.StorageTool', args: ['format', '-t', cluster.id, '-c', file, '--initial-controllers', controllers, ...users], cwd });
}

/** @throws what a client would see, as long as the broker asked, or one of `count`, is not in its own metadata */
export async function answers(bootstrap, count = 1) {
  const asked = bootstrap.split(',');
  const client = new kafkajs.Kafka({ brokers: asked, logLevel: kafkajs.logLevel.NOTHING, connectionTimeout: 1_000, requestTimeout: 5_000, retry: { retries: 0 } });
  const admin = client.admin();
  try {
    await admin.connect();
    await admin.listTopics();
    const { brokers } = await admin.describeCluster();
    const isThere = asked.some((address) => brokers.some(({ host, port }) => address === `${host}:${port}`));
    if (!isThere || brokers.length < count) throw new Error(`its metadata names ${brokers.length} brokers, not yet ${asked.length === 1 ? asked[0] : count}`);
  } finally {
    await admin.disconnect();
  }
}
