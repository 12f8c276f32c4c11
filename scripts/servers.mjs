/**
 * `npm run servers`: real Kafka and Cassandra on loopback to play with, until Ctrl-C. `--kafka` or `--cassandra` starts
 * one alone; `--env FILE` writes the endpoints as `export` lines, with which specs can be run one by one.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { install, requireNode } from './lib/prepare.mjs';
import { startServers, variablesOf } from './servers/start.mjs';

requireNode();
const { values: chosen } = parseArgs({ options: { kafka: { type: 'boolean' }, cassandra: { type: 'boolean' }, env: { type: 'string' } } });
const both = !chosen.kafka && !chosen.cassandra;

let stopping = false;
let stop = async () => {};
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    if (stopping) return;
    stopping = true;
    say('Stopping …');
    void stop().then(() => process.exit(0));
  });
}

try {
  await install();
  say('Starting …');
  const servers = await startServers({ kafka: both || chosen.kafka === true, cassandra: both || chosen.cassandra === true });
  stop = async () => {
    if (chosen.env) rmSync(chosen.env, { force: true });
    await servers.stop();
  };
  if (chosen.env) {
    mkdirSync(dirname(chosen.env), { recursive: true });
    writeFileSync(chosen.env, exportsOf(variablesOf(servers)));
  }
  say(described(servers));
} catch (error) {
  say(error.message);
  // What may be running by now goes with this process.
  process.exit(1);
}

function described({ kafka, cassandra }) {
  const settings = [
    ...(kafka ? ['EVENT_BUS=kafka', `KAFKA_BROKERS=${kafka.brokers}`] : []),
    ...(cassandra ? ['USER_REPOSITORY=cassandra', `CASSANDRA_CONTACT_POINTS=${cassandra.contactPoint}`] : []),
  ];
  return [
    'Up. To run Userstream on it, in another shell:',
    '',
    `  ${settings.join(' ')} npm start`,
    '',
    ...(kafka?.caFile ? listenersOf(kafka) : []),
    ...(cassandra?.caFile ? [`Cassandra takes TLS on the same port; its authority: ${cassandra.caFile}`, ''] : []),
    'Ctrl-C stops it, and its data is gone.',
  ].join('\n');
}

function listenersOf({ ssl, saslPlaintext, saslSsl, caFile, clientCertFile, clientKeyFile, users }) {
  return [
    'Kafka also listens with',
    `  TLS            ${ssl}`,
    `  SASL           ${saslPlaintext}`,
    `  SASL over TLS  ${saslSsl}`,
    `  user ${users.plain.join(', password ')} for PLAIN; ${users.scram.join(', password ')} for SCRAM-SHA-256 and SCRAM-SHA-512`,
    `  its authority: ${caFile}`,
    `  a client's certificate and key: ${clientCertFile} ${clientKeyFile}`,
    '',
  ];
}

function exportsOf(variables) {
  return Object.entries(variables).map(([name, value]) => `export ${name}='${value.replaceAll("'", String.raw`'\''`)}'\n`).join('');
}

function say(text) {
  process.stdout.write(`${text}\n`);
}
