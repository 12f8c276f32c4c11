import { Global, Module, type DynamicModule, type Type } from '@nestjs/common';
import { SystemClockModule } from '../adapters/clock-system/system-clock.module.js';
import { SqliteEventBusModule } from '../adapters/event-bus-sqlite/sqlite-event-bus.module.js';
import { SqliteEventBusProbe } from '../adapters/event-bus-sqlite/sqlite-event-bus.probe.js';
import { SqliteUserRepositoryModule } from '../adapters/user-repository-sqlite/sqlite-user-repository.module.js';
import { SqliteUserRepositoryProbe } from '../adapters/user-repository-sqlite/sqlite-user-repository.probe.js';
import { type Config } from '../config/config.js';
import { CORE_FIELDS } from '../domain/user.js';
import { type HealthProbe } from '../ports/health-probe.port.js';
import { UserSources } from '../ports/user-source.port.js';
import { UserSourceProbe } from './user-source.probe.js';
import { WiredUserSources } from './wired-user-sources.js';

/** An adapter as it is wired in: the module that provides its ports, and its probe. */
interface Wired {
  readonly module: DynamicModule;
  readonly probe: Type<HealthProbe>;
}

/** The ports' adapters that the configuration names. A new adapter is a folder and a line in a switch here. */
@Global()
@Module({})
export class AdaptersModule {
  static of(config: Config): DynamicModule {
    return {
      module: AdaptersModule,
      imports: [SystemClockModule, eventBus(config).module, userRepository(config).module],
      providers: [WiredUserSources, { provide: UserSources, useExisting: WiredUserSources }, UserSourceProbe],
      exports: [WiredUserSources, UserSources, UserSourceProbe],
    };
  }

  static probesOf(config: Config): readonly Type<HealthProbe>[] {
    return [eventBus(config).probe, userRepository(config).probe];
  }
}

function eventBus(config: Config): Wired {
  switch (config.bus.kind) {
    case 'sqlite':
      return { module: SqliteEventBusModule.register({ dataDir: config.dataDir, retention: config.bus.retention }), probe: SqliteEventBusProbe };
    default:
      return config.bus.kind satisfies never;
  }
}

function userRepository(config: Config): Wired {
  switch (config.repository.kind) {
    case 'sqlite':
      return { module: SqliteUserRepositoryModule.register({ dataDir: config.dataDir, fields: CORE_FIELDS }), probe: SqliteUserRepositoryProbe };
    default:
      return config.repository.kind satisfies never;
  }
}
