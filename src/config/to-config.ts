import { type CassandraConfig, type Config, type KafkaConfig, type TlsConfig } from './config.js';
import { type Values } from './read-variables.js';
import { ROLES } from './roles.js';
import { sourceOf } from './source-of.js';
import { DEFAULT_FIELDS } from './user-fields.js';

/** Completes what is set with what holds otherwise. Needs values without contradictions. */
export function toConfig(values: Values): Config {
  const roles = ROLES.filter((role) => values.ROLES?.includes(role) ?? true);
  const pipeline = values.PIPELINE_NAME ?? 'userstream';
  const choice = sourceOf(values);
  return {
    roles,
    pipeline,
    http: { host: values.HTTP_HOST ?? '127.0.0.1', port: values.HTTP_PORT ?? (roles.includes('admin') ? 3_000 : 0) },
    apiKey: values.ADMIN_API_KEY ?? null,
    dataDir: values.DATA_DIR ?? './data',
    source: { choice, randomUserUrl: values.RANDOMUSER_URL ?? 'https://randomuser.me/api/1.4/', file: values.USER_SOURCE_FILE ?? null },
    fields: values.USER_FIELDS ?? DEFAULT_FIELDS,
    bus: busOf(values, pipeline),
    repository: values.USER_REPOSITORY === 'cassandra' ? cassandraOf(values) : { kind: 'sqlite' },
    ingest: ingestOf(values, choice === 'file'),
    log: { level: values.LOG_LEVEL ?? 'info', format: values.LOG_FORMAT ?? null },
  };
}

/** On Kafka the default for the log's size would remove people from a topic that nobody thought of as limited. */
function busOf(values: Values, pipeline: string): Config['bus'] {
  const usersTopic = values.USERS_TOPIC ?? 'users_created';
  const kafka = values.EVENT_BUS === 'kafka';
  const defaultMaxBytes = kafka ? null : 10_000_000_000;
  return {
    ...(kafka ? kafkaOf(values) : { kind: 'sqlite' }),
    usersTopic,
    deadLetterTopic: `${usersTopic}_dlq`,
    group: values.CONSUMER_GROUP ?? pipeline,
    partitions: values.TOPIC_PARTITIONS ?? 4,
    retention: { maxAgeMs: values.LOG_RETENTION ?? null, maxBytes: values.LOG_MAX_BYTES === undefined ? defaultMaxBytes : values.LOG_MAX_BYTES },
  };
}

function kafkaOf(values: Values): KafkaConfig {
  const { KAFKA_SASL_MECHANISM: mechanism, KAFKA_SASL_USERNAME: username, KAFKA_SASL_PASSWORD: password } = values;
  return {
    kind: 'kafka',
    brokers: values.KAFKA_BROKERS ?? [],
    ssl: tlsOf(values, 'KAFKA'),
    sasl: mechanism === undefined || username === undefined || password === undefined ? null : { mechanism, username, password },
    replication: values.TOPIC_REPLICATION ?? -1,
  };
}

function cassandraOf(values: Values): CassandraConfig {
  return {
    kind: 'cassandra',
    contactPoints: values.CASSANDRA_CONTACT_POINTS ?? [],
    localDataCenter: values.CASSANDRA_LOCAL_DC ?? 'datacenter1',
    keyspace: values.CASSANDRA_KEYSPACE ?? 'spark_streams',
    table: values.CASSANDRA_TABLE ?? 'created_users',
    username: values.CASSANDRA_USERNAME ?? null,
    password: values.CASSANDRA_PASSWORD ?? null,
    ssl: tlsOf(values, 'CASSANDRA'),
    consistency: values.CASSANDRA_CONSISTENCY ?? 'LOCAL_QUORUM',
    replication: values.CASSANDRA_REPLICATION ?? null,
    emailIndex: values.CASSANDRA_EMAIL_INDEX ?? 'sai',
  };
}

function tlsOf(values: Values, server: 'KAFKA' | 'CASSANDRA'): TlsConfig | null {
  if (values[`${server}_SSL`] !== true) return null;
  return { ca: values[`${server}_SSL_CA`] ?? null, cert: values[`${server}_SSL_CERT`] ?? null, key: values[`${server}_SSL_KEY`] ?? null };
}

function ingestOf(values: Values, file: boolean): Config['ingest'] {
  const mode = values.INGEST_MODE ?? (file ? 'manual' : 'continuous');
  return {
    mode,
    rate: values.INGEST_RATE ?? (file ? 0 : 5),
    pageSize: values.INGEST_PAGE_SIZE ?? (file ? 500 : 20),
    windowMs: values.INGEST_WINDOW ?? (mode === 'continuous' ? 600_000 : 60_000),
    cron: values.INGEST_CRON ?? '0 0 * * *',
    timezone: values.INGEST_TIMEZONE ?? 'UTC',
  };
}
