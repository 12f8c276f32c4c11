import { type CassandraConfig, type KafkaConfig } from '../../../src/config/config.js';
import { faultsOf, namesOf, parse } from './parsing.js';

const KAFKA = { EVENT_BUS: 'kafka', KAFKA_BROKERS: 'one:9092' };
const CASSANDRA = { USER_REPOSITORY: 'cassandra', CASSANDRA_CONTACT_POINTS: 'one' };
const pem = (label: string) => `-----BEGIN ${label}-----\nMIIB\n-----END ${label}-----`;
const [CA, CERT, KEY] = [pem('CERTIFICATE'), pem('CERTIFICATE'), pem('PRIVATE KEY')];

const bus = (environment: object) => parse({ ...KAFKA, ...environment }).config.bus as KafkaConfig & { retention: object };
const repository = (environment: object) => parse({ ...CASSANDRA, ...environment }).config.repository as CassandraConfig;

describe('Kafka', () => {
  it('needs its brokers and nothing else', () => {
    expect(parse(KAFKA).config.bus).toEqual({
      kind: 'kafka',
      brokers: ['one:9092'],
      ssl: null,
      sasl: null,
      replication: -1,
      usersTopic: 'users_created',
      deadLetterTopic: 'users_created_dlq',
      group: 'userstream',
      partitions: 4,
      retention: { maxAgeMs: null, maxBytes: null },
    });
    expect(faultsOf({ EVENT_BUS: 'kafka' }).faults).toEqual([{ name: 'KAFKA_BROKERS', expected: 'a comma-separated list of host:port, since EVENT_BUS is kafka' }]);
  });

  it('can be reached through several brokers', () => {
    expect(bus({ KAFKA_BROKERS: 'kafka-1.example.com:9092, 10.0.0.7:19092' }).brokers).toEqual(['kafka-1.example.com:9092', '10.0.0.7:19092']);
  });

  it.each(['one', 'one:', ':9092', 'one:0', 'one:65536', 'one:9092,', 'kafka://one:9092', '[::1]:9092', 'user:secret@one:9092', 'o ne:9092', 'one:9092/x'])('is not to be found at %j', (brokers) => {
    const error = faultsOf({ ...KAFKA, KAFKA_BROKERS: brokers });
    expect(namesOf(error)).toEqual(['KAFKA_BROKERS']);
    expect(error.message).not.toContain('secret');
  });

  it('keeps what LOG_RETENTION and LOG_MAX_BYTES name, and without them all of it', () => {
    expect(bus({ LOG_RETENTION: '7d', LOG_MAX_BYTES: '500MB' }).retention).toEqual({ maxAgeMs: 604_800_000, maxBytes: 500_000_000 });
    expect(bus({ LOG_MAX_BYTES: 'unlimited' }).retention).toEqual({ maxAgeMs: null, maxBytes: null });
  });

  it.each([['-1', -1], ['1', 1], ['3', 3]])('makes topics of %s replicas', (text, replication) => {
    expect(bus({ TOPIC_REPLICATION: text }).replication).toBe(replication);
  });

  it.each(['0', '-2', '1.5', 'all'])('makes no topic of %s replicas', (text) => {
    expect(namesOf(faultsOf({ ...KAFKA, TOPIC_REPLICATION: text }))).toEqual(['TOPIC_REPLICATION']);
  });

  it('is spoken to over TLS if asked, with certificates or without', () => {
    expect(bus({ KAFKA_SSL: 'false' }).ssl).toBeNull();
    expect(bus({ KAFKA_SSL: 'true' }).ssl).toEqual({ ca: null, cert: null, key: null });
    expect(bus({ KAFKA_SSL: 'true', KAFKA_SSL_CA: CA, KAFKA_SSL_CERT: CERT, KAFKA_SSL_KEY: KEY }).ssl).toEqual({ ca: CA, cert: CERT, key: KEY });
  });

  it.each([
    [{ KAFKA_SSL: 'yes' }, ['KAFKA_SSL']],
    [{ KAFKA_SSL: 'TRUE', KAFKA_SSL_CA: CA }, ['KAFKA_SSL']],
    [{ KAFKA_SSL: 'false', KAFKA_SSL_CA: CA }, ['KAFKA_SSL']],
    [{ KAFKA_SSL_CA: CA }, ['KAFKA_SSL']],
    [{ KAFKA_SSL_CERT: CERT }, ['KAFKA_SSL', 'KAFKA_SSL_KEY']],
    [{ KAFKA_SSL: 'true', KAFKA_SSL_CERT: CERT }, ['KAFKA_SSL_KEY']],
    [{ KAFKA_SSL: 'true', KAFKA_SSL_KEY: KEY }, ['KAFKA_SSL_CERT']],
    [{ KAFKA_SSL: 'true', KAFKA_SSL_CERT: '/etc/secret.pem', KAFKA_SSL_KEY: KEY }, ['KAFKA_SSL_CERT']],
    [{ KAFKA_SSL: 'true', KAFKA_SSL_CERT_FILE: '/missing', KAFKA_SSL_KEY: KEY }, ['KAFKA_SSL_CERT_FILE']],
    [{ KAFKA_SASL_MECHANISM: 'gssapi' }, ['KAFKA_SASL_MECHANISM']],
    [{ KAFKA_SASL_MECHANISM: 'plain' }, ['KAFKA_SASL_PASSWORD', 'KAFKA_SASL_USERNAME']],
    [{ KAFKA_SASL_USERNAME: 'ada' }, ['KAFKA_SASL_MECHANISM', 'KAFKA_SASL_PASSWORD']],
    [{ KAFKA_SASL_MECHANISM: 'scram-sha-256', KAFKA_SASL_USERNAME: 'ada' }, ['KAFKA_SASL_PASSWORD']],
    [{ KAFKA_SASL_MECHANISM: 'scram-sha-512', KAFKA_SASL_PASSWORD: 'secret' }, ['KAFKA_SASL_USERNAME']],
    [{ KAFKA_SASL_USERNAME: 'ada', KAFKA_SASL_PASSWORD: 'secret' }, ['KAFKA_SASL_MECHANISM']],
  ])('is refused with %j', (environment, names) => {
    const error = faultsOf({ ...KAFKA, ...environment });
    expect(namesOf(error)).toEqual(names);
    expect(error.message).not.toMatch(/secret|ada|MIIB/);
  });

  it('says what a secret is missing for', () => {
    expect(faultsOf({ ...KAFKA, KAFKA_SASL_MECHANISM: 'plain', KAFKA_SASL_USERNAME: 'ada' }).message).toContain('KAFKA_SASL_PASSWORD: expected a password, since KAFKA_SASL_MECHANISM is set');
  });

  it('takes certificates and passwords from files', () => {
    const files: Readonly<Record<string, string>> = { '/ca': `${CA}\n`, '/cert': CERT, '/key': `${KEY}\r\n`, '/password': 'hush\n' };
    const environment = { KAFKA_SSL: 'true', KAFKA_SSL_CA_FILE: '/ca', KAFKA_SSL_CERT_FILE: '/cert', KAFKA_SSL_KEY_FILE: '/key', KAFKA_SASL_MECHANISM: 'scram-sha-512', KAFKA_SASL_USERNAME: 'ada', KAFKA_SASL_PASSWORD_FILE: '/password' };
    expect(parse({ ...KAFKA, ...environment }, (path) => files[path] ?? '').config.bus).toMatchObject({
      ssl: { ca: CA, cert: CERT, key: KEY },
      sasl: { mechanism: 'scram-sha-512', username: 'ada', password: 'hush' },
    });
  });
});

describe('Cassandra', () => {
  it('needs its contact points and nothing else', () => {
    expect(parse(CASSANDRA).config.repository).toEqual({
      kind: 'cassandra',
      contactPoints: ['one'],
      localDataCenter: 'datacenter1',
      keyspace: 'spark_streams',
      table: 'created_users',
      username: null,
      password: null,
      ssl: null,
      consistency: 'LOCAL_QUORUM',
      replication: null,
      emailIndex: 'sai',
    });
    expect(namesOf(faultsOf({ USER_REPOSITORY: 'cassandra' }))).toEqual(['CASSANDRA_CONTACT_POINTS']);
  });

  it('is set up as told', () => {
    const told = { CASSANDRA_CONTACT_POINTS: 'one:9042, 10.0.0.2,[::1]:9043', CASSANDRA_LOCAL_DC: 'dc-west 1', CASSANDRA_KEYSPACE: 'people', CASSANDRA_TABLE: 'Everybody', CASSANDRA_USERNAME: 'ada', CASSANDRA_PASSWORD: 'hush' };
    expect(repository({ ...told, CASSANDRA_CONSISTENCY: 'EACH_QUORUM', CASSANDRA_REPLICATION: 'dc 1:3, dc2:2', CASSANDRA_EMAIL_INDEX: 'none', CASSANDRA_SSL: 'true', CASSANDRA_SSL_CA: CA })).toEqual({
      kind: 'cassandra',
      contactPoints: ['one:9042', '10.0.0.2', '[::1]:9043'],
      localDataCenter: 'dc-west 1',
      keyspace: 'people',
      table: 'Everybody',
      username: 'ada',
      password: 'hush',
      ssl: { ca: CA, cert: null, key: null },
      consistency: 'EACH_QUORUM',
      replication: 'dc 1:3, dc2:2',
      emailIndex: 'none',
    });
  });

  it.each([
    [{ CASSANDRA_CONTACT_POINTS: 'one,' }, ['CASSANDRA_CONTACT_POINTS']],
    [{ CASSANDRA_CONTACT_POINTS: 'one:70000' }, ['CASSANDRA_CONTACT_POINTS']],
    [{ CASSANDRA_CONTACT_POINTS: '::1' }, ['CASSANDRA_CONTACT_POINTS']],
    [{ CASSANDRA_CONTACT_POINTS: 'ada:secret@one' }, ['CASSANDRA_CONTACT_POINTS']],
    [{ CASSANDRA_KEYSPACE: 'spark streams' }, ['CASSANDRA_KEYSPACE']],
    [{ CASSANDRA_TABLE: 'x"; DROP TABLE y' }, ['CASSANDRA_TABLE']],
    [{ CASSANDRA_TABLE: `t${'x'.repeat(48)}` }, ['CASSANDRA_TABLE']],
    [{ CASSANDRA_USERNAME: 'ada' }, ['CASSANDRA_PASSWORD']],
    [{ CASSANDRA_PASSWORD: 'secret' }, ['CASSANDRA_USERNAME']],
    [{ CASSANDRA_USERNAME: 'ada', CASSANDRA_PASSWORD_FILE: '/missing' }, ['CASSANDRA_PASSWORD_FILE']],
    [{ CASSANDRA_SSL_KEY: KEY }, ['CASSANDRA_SSL', 'CASSANDRA_SSL_CERT']],
    [{ CASSANDRA_SSL: 'true', CASSANDRA_SSL_CERT: CERT }, ['CASSANDRA_SSL_KEY']],
    [{ CASSANDRA_CONSISTENCY: 'ANY' }, ['CASSANDRA_CONSISTENCY']],
    [{ CASSANDRA_CONSISTENCY: 'quorum' }, ['CASSANDRA_CONSISTENCY']],
    [{ CASSANDRA_REPLICATION: '0' }, ['CASSANDRA_REPLICATION']],
    [{ CASSANDRA_REPLICATION: 'dc1' }, ['CASSANDRA_REPLICATION']],
    [{ CASSANDRA_REPLICATION: 'dc1:3,' }, ['CASSANDRA_REPLICATION']],
    [{ CASSANDRA_REPLICATION: "dc1:3'}" }, ['CASSANDRA_REPLICATION']],
    [{ CASSANDRA_EMAIL_INDEX: 'yes' }, ['CASSANDRA_EMAIL_INDEX']],
  ])('is refused with %j', (environment, names) => {
    const error = faultsOf({ ...CASSANDRA, ...environment });
    expect(namesOf(error)).toEqual(names);
    expect(error.message).not.toMatch(/secret|ada|MIIB/);
  });
});

describe('the source, where others see the people', () => {
  it.each([KAFKA, CASSANDRA, { ...KAFKA, ...CASSANDRA }])('is the API alone, unless another one is named: %j', (environment) => {
    expect(parse(environment).config.source.choice).toBe('randomuser');
    expect(parse({ ...environment, USER_SOURCE: 'synthetic' }).config.source.choice).toBe('synthetic');
  });

  it.each([KAFKA, CASSANDRA])('is not left to chance: %j', (environment) => {
    expect(namesOf(faultsOf({ ...environment, USER_SOURCE: 'auto' }))).toEqual(['USER_SOURCE']);
  });
});

describe('settings of a server that is not used', () => {
  it('are told of, by name: perhaps the switch was forgotten', () => {
    const { warnings, config } = parse({ KAFKA_BROKERS: 'one:9092', KAFKA_SASL_PASSWORD: 'secret', TOPIC_REPLICATION: '3', CASSANDRA_TABLE: 'people' });
    expect(warnings).toEqual(['TOPIC_REPLICATION, KAFKA_BROKERS, KAFKA_SASL_PASSWORD: without effect, since EVENT_BUS is not kafka', 'CASSANDRA_TABLE: without effect, since USER_REPOSITORY is not cassandra']);
    expect([config.bus.kind, config.repository.kind]).toEqual(['sqlite', 'sqlite']);
  });

  it('are no fault while they contradict each other, and nothing is said of those that are used', () => {
    expect(parse({ KAFKA_SASL_USERNAME: 'ada', CASSANDRA_SSL_KEY: KEY }).warnings).toHaveLength(2);
    expect(parse({ ...KAFKA, ...CASSANDRA, TOPIC_REPLICATION: '3' }).warnings).toEqual([]);
  });
});
