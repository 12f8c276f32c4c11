/**
 * The same two servers where there is a container engine but no Java. This way has not been run: the machines that this
 * was written on have none. Only the plain listeners: specs that need SASL or TLS say that they were not run.
 */
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { promisify } from 'node:util';
import { answers as cassandraAnswers, CASSANDRA_VERSION } from './cassandra.mjs';
import { whenThisProcessIsGone } from './guard.mjs';
import { answers as kafkaAnswers, KAFKA_VERSION } from './kafka.mjs';
import { freePorts } from './ports.mjs';
import { untilItAnswers } from './until.mjs';

const docker = promisify(execFile).bind(undefined, 'docker');
const HOST = '127.0.0.1';
/** The first start has its image to fetch before, and is not counted. */
const START_MS = 180_000;

export async function kafka() {
  const [port] = await freePorts(1);
  const brokers = `${HOST}:${port}`;
  const settings = {
    KAFKA_NODE_ID: 1,
    KAFKA_PROCESS_ROLES: 'broker,controller',
    KAFKA_LISTENERS: `PLAINTEXT://:${port},CONTROLLER://:9093`,
    KAFKA_ADVERTISED_LISTENERS: `PLAINTEXT://${brokers}`,
    KAFKA_LISTENER_SECURITY_PROTOCOL_MAP: 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    KAFKA_CONTROLLER_LISTENER_NAMES: 'CONTROLLER',
    KAFKA_CONTROLLER_QUORUM_VOTERS: '1@localhost:9093',
    KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR: 1,
    KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR: 1,
    KAFKA_TRANSACTION_STATE_LOG_MIN_ISR: 1,
    KAFKA_SHARE_COORDINATOR_STATE_TOPIC_REPLICATION_FACTOR: 1,
    KAFKA_SHARE_COORDINATOR_STATE_TOPIC_MIN_ISR: 1,
    KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS: 0,
    KAFKA_AUTO_CREATE_TOPICS_ENABLE: true,
  };
  const stop = await start({ image: `apache/kafka:${KAFKA_VERSION}`, publish: `${brokers}:${port}`, settings, answers: () => kafkaAnswers(brokers, 1) });
  return { endpoints: { brokers }, stop };
}

export async function cassandra() {
  const [port] = await freePorts(1);
  const contactPoint = `${HOST}:${port}`;
  const localDataCenter = 'datacenter1';
  const settings = { CASSANDRA_DC: localDataCenter, CASSANDRA_ENDPOINT_SNITCH: 'GossipingPropertyFileSnitch', MAX_HEAP_SIZE: '1g', HEAP_NEWSIZE: '256m' };
  const stop = await start({ image: `cassandra:${CASSANDRA_VERSION}`, publish: `${contactPoint}:9042`, settings, answers: () => cassandraAnswers(contactPoint, localDataCenter) });
  return { endpoints: { contactPoint, localDataCenter }, stop };
}

async function start({ image, publish, settings, answers }) {
  const name = `userstream-${randomUUID()}`;
  const release = whenThisProcessIsGone('docker rm --force --volumes "$1"', name);
  const stop = async () => {
    await docker(['rm', '--force', '--volumes', name]).catch(() => undefined);
    release();
  };
  const variables = Object.entries(settings).flatMap(([key, value]) => ['--env', `${key}=${value}`]);
  try {
    await docker(['run', '--detach', '--name', name, '--publish', publish, ...variables, image]);
    const error = await untilItAnswers(answers, { withinMs: START_MS });
    if (error === undefined) return stop;
    const { stdout, stderr } = await docker(['logs', '--tail', '25', name]);
    throw new Error(`${image} did not answer within ${START_MS / 1_000} s (${error.message}). The last lines of its log:\n${stdout}${stderr}`);
  } catch (error) {
    await stop();
    throw error;
  }
}
