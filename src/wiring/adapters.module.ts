import { Global, Module, type DynamicModule, type Type } from '@nestjs/common';
import { SystemClockModule } from '../adapters/clock-system/system-clock.module.js';
import { type Config } from '../config/config.js';
import { Clock } from '../ports/clock.port.js';
import { type HealthProbe } from '../ports/health-probe.port.js';
import { UserSources } from '../ports/user-source.port.js';
import { isEmbedded } from './places.js';
import { UserSourceProbe } from './user-source.probe.js';
import { WiredUserSources } from './wired-user-sources.js';

/** An adapter as it is wired in: the module that provides its ports, and its probe. */
interface Wired {
  readonly module: DynamicModule;
  readonly probe: Type<HealthProbe>;
}

/** The ports' adapters that the configuration names. A new adapter is a folder and a case in a switch here. */
@Global()
@Module({})
export class AdaptersModule {
  /** Loads only what is named: a client library takes time at the start and memory ever after. */
  static async of(config: Config): Promise<{ readonly module: DynamicModule; readonly probes: readonly Type<HealthProbe>[] }> {
    const [bus, repository] = await Promise.all([eventBus(config), userRepository(config)]);
    const allows = { invented: isEmbedded(config) || config.source.choice === 'synthetic' };
    const sources = { provide: WiredUserSources, inject: [Clock], useFactory: (clock: Clock) => new WiredUserSources(clock, allows) };
    return {
      module: {
        module: AdaptersModule,
        imports: [SystemClockModule, bus.module, repository.module],
        providers: [sources, { provide: UserSources, useExisting: WiredUserSources }, UserSourceProbe],
        exports: [WiredUserSources, UserSources, UserSourceProbe],
      },
      probes: [bus.probe, repository.probe],
    };
  }
}

async function eventBus({ bus, dataDir, pipeline }: Config): Promise<Wired> {
  switch (bus.kind) {
    case 'sqlite': {
      const [{ SqliteEventBusModule }, { SqliteEventBusProbe }] = await Promise.all([
        import('../adapters/event-bus-sqlite/sqlite-event-bus.module.js'),
        import('../adapters/event-bus-sqlite/sqlite-event-bus.probe.js'),
      ]);
      return { module: SqliteEventBusModule.register({ dataDir, retention: bus.retention }), probe: SqliteEventBusProbe };
    }
    case 'kafka': {
      const [{ KafkaEventBusModule }, { KafkaEventBusProbe }] = await Promise.all([
        import('../adapters/event-bus-kafka/kafka-event-bus.module.js'),
        import('../adapters/event-bus-kafka/kafka-event-bus.probe.js'),
      ]);
      const { brokers, ssl, sasl, replication } = bus;
      return { module: KafkaEventBusModule.register({ brokers, clientId: pipeline, ssl, sasl, replication }), probe: KafkaEventBusProbe };
    }
    default:
      return bus satisfies never;
  }
}

async function userRepository({ repository, dataDir, fields }: Config): Promise<Wired> {
  switch (repository.kind) {
    case 'sqlite': {
      const [{ SqliteUserRepositoryModule }, { SqliteUserRepositoryProbe }] = await Promise.all([
        import('../adapters/user-repository-sqlite/sqlite-user-repository.module.js'),
        import('../adapters/user-repository-sqlite/sqlite-user-repository.probe.js'),
      ]);
      return { module: SqliteUserRepositoryModule.register({ dataDir, fields }), probe: SqliteUserRepositoryProbe };
    }
    case 'cassandra': {
      const [{ CassandraUserRepositoryModule }, { CassandraUserRepositoryProbe }] = await Promise.all([
        import('../adapters/user-repository-cassandra/cassandra-user-repository.module.js'),
        import('../adapters/user-repository-cassandra/cassandra-user-repository.probe.js'),
      ]);
      const { kind: _kind, ...options } = repository;
      return { module: CassandraUserRepositoryModule.register({ ...options, fields }), probe: CassandraUserRepositoryProbe };
    }
    default:
      return repository satisfies never;
  }
}
