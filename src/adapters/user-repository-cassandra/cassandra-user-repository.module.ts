import { ConfigurableModuleBuilder, Module } from '@nestjs/common';
import { Clock } from '../../ports/clock.port.js';
import { UserRepository } from '../../ports/user-repository.port.js';
import { type CassandraUserRepositoryOptions } from './cassandra-user-repository.options.js';
import { CassandraUserRepositoryProbe } from './cassandra-user-repository.probe.js';
import { CassandraUserRepository } from './cassandra-user-repository.js';

const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN } = new ConfigurableModuleBuilder<CassandraUserRepositoryOptions>()
  .setExtras({}, (definition) => ({ ...definition, global: true }))
  .build();

/** The table in Cassandra. The app is made before the table is there; settings that can be no names end the start. */
@Module({
  providers: [
    {
      provide: CassandraUserRepository,
      inject: [MODULE_OPTIONS_TOKEN, Clock],
      useFactory: (options: CassandraUserRepositoryOptions, clock: Clock) => new CassandraUserRepository(options, clock),
    },
    { provide: UserRepository, useExisting: CassandraUserRepository },
    CassandraUserRepositoryProbe,
  ],
  exports: [UserRepository, CassandraUserRepositoryProbe],
})
export class CassandraUserRepositoryModule extends ConfigurableModuleClass {}
