import { type DynamicModule } from '@nestjs/common';
import { KafkaEventBusModule } from '../../../src/adapters/event-bus-kafka/kafka-event-bus.module.js';
import { KafkaEventBusProbe } from '../../../src/adapters/event-bus-kafka/kafka-event-bus.probe.js';
import { SqliteEventBusModule } from '../../../src/adapters/event-bus-sqlite/sqlite-event-bus.module.js';
import { SqliteEventBusProbe } from '../../../src/adapters/event-bus-sqlite/sqlite-event-bus.probe.js';
import { CassandraUserRepositoryModule } from '../../../src/adapters/user-repository-cassandra/cassandra-user-repository.module.js';
import { CassandraUserRepositoryProbe } from '../../../src/adapters/user-repository-cassandra/cassandra-user-repository.probe.js';
import { SqliteUserRepositoryModule } from '../../../src/adapters/user-repository-sqlite/sqlite-user-repository.module.js';
import { SqliteUserRepositoryProbe } from '../../../src/adapters/user-repository-sqlite/sqlite-user-repository.probe.js';
import { AdaptersModule } from '../../../src/wiring/adapters.module.js';
import { dataDirOf, isEmbedded, placesOf } from '../../../src/wiring/places.js';
import { parse } from '../config/parsing.js';

const KAFKA = { EVENT_BUS: 'kafka', KAFKA_BROKERS: 'one:9092,two:9092', KAFKA_SASL_MECHANISM: 'plain', KAFKA_SASL_USERNAME: 'ada', KAFKA_SASL_PASSWORD: 'secret', KAFKA_SSL: 'true', TOPIC_REPLICATION: '3' };
const CASSANDRA = { USER_REPOSITORY: 'cassandra', CASSANDRA_CONTACT_POINTS: 'three,four:9043', CASSANDRA_USERNAME: 'ada', CASSANDRA_PASSWORD: 'secret' };
const configOf = (environment: Readonly<Record<string, string>>) => parse(environment).config;

/** The module of a class among those that are wired in, with the options that it was registered with. */
async function wired(environment: Readonly<Record<string, string>>) {
  const { module, probes } = await AdaptersModule.of(configOf(environment));
  const modules = (module.imports ?? []).filter((each): each is DynamicModule => 'module' in each);
  return { probes, modules: modules.map((each) => each.module), optionsOf: (type: unknown) => (modules.find((each) => each.module === type)?.providers?.[0] as { useValue: unknown }).useValue };
}

describe('the adapters that are wired in', () => {
  it('are the embedded ones by themselves', async () => {
    const { modules, probes, optionsOf } = await wired({ DATA_DIR: '/data', USER_FIELDS: 'phone', LOG_RETENTION: '7d' });
    expect(modules).toEqual([SqliteEventBusModule, SqliteUserRepositoryModule]);
    expect(probes).toEqual([SqliteEventBusProbe, SqliteUserRepositoryProbe]);
    expect(optionsOf(SqliteEventBusModule)).toEqual({ dataDir: '/data', retention: { maxAgeMs: 604_800_000, maxBytes: 10_000_000_000 } });
    expect(optionsOf(SqliteUserRepositoryModule)).toEqual({ dataDir: '/data', fields: ['first_name', 'last_name', 'email', 'phone'] });
  });

  it('are Kafka and Cassandra where they are named, with what is set for them', async () => {
    const { modules, probes, optionsOf } = await wired({ ...KAFKA, ...CASSANDRA, PIPELINE_NAME: 'people', USER_FIELDS: 'phone' });
    expect(modules).toEqual([KafkaEventBusModule, CassandraUserRepositoryModule]);
    expect(probes).toEqual([KafkaEventBusProbe, CassandraUserRepositoryProbe]);
    expect(optionsOf(KafkaEventBusModule)).toEqual({
      brokers: ['one:9092', 'two:9092'],
      clientId: 'people',
      ssl: { ca: null, cert: null, key: null },
      sasl: { mechanism: 'plain', username: 'ada', password: 'secret' },
      replication: 3,
    });
    expect(optionsOf(CassandraUserRepositoryModule)).toEqual({
      contactPoints: ['three', 'four:9043'],
      localDataCenter: 'datacenter1',
      keyspace: 'spark_streams',
      table: 'created_users',
      username: 'ada',
      password: 'secret',
      ssl: null,
      consistency: 'LOCAL_QUORUM',
      replication: null,
      emailIndex: 'sai',
      fields: ['first_name', 'last_name', 'email', 'phone'],
    });
  });

  it.each([
    [KAFKA, [KafkaEventBusModule, SqliteUserRepositoryModule]],
    [CASSANDRA, [SqliteEventBusModule, CassandraUserRepositoryModule]],
  ])('can be of both kinds', async (environment, expected) => {
    expect((await wired(environment)).modules).toEqual(expected);
  });
});

describe('where the data is', () => {
  it('is said by addresses and names, without a login', () => {
    const places = placesOf(configOf({ ...KAFKA, ...CASSANDRA }));
    expect(places).toEqual({ log: 'Kafka at one:9092, two:9092, topic users_created', table: 'Cassandra at three, four:9043, table spark_streams.created_users' });
    expect(JSON.stringify(places)).not.toMatch(/ada|secret/);
    expect(placesOf(configOf({ ...KAFKA, DATA_DIR: '/data' })).table).toBe('embedded, in /data');
  });

  it('is the data folder only where anything is in it', () => {
    expect([{}, KAFKA, CASSANDRA, { ...KAFKA, ...CASSANDRA }].map((environment) => dataDirOf(configOf({ ...environment, DATA_DIR: '/data' })))).toEqual(['/data', '/data', '/data', null]);
    expect([{}, KAFKA, CASSANDRA].map((environment) => isEmbedded(configOf(environment)))).toEqual([true, false, false]);
  });
});
