import { ConfigurableModuleBuilder, Module } from '@nestjs/common';
import { Clock } from '../../ports/clock.port.js';
import { UserRepository } from '../../ports/user-repository.port.js';
import { refusalToStart } from '../shared/sqlite-errors.js';
import { type SqliteUserRepositoryOptions } from './sqlite-user-repository.options.js';
import { SqliteUserRepositoryProbe } from './sqlite-user-repository.probe.js';
import { SqliteUserRepository } from './sqlite-user-repository.js';

const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN } = new ConfigurableModuleBuilder<SqliteUserRepositoryOptions>()
  .setExtras({}, (definition) => ({ ...definition, global: true }))
  .build();

/** The embedded table. It is open once the app is made: a damaged or foreign file ends the start, not the first event. */
@Module({
  providers: [
    {
      provide: SqliteUserRepository,
      inject: [MODULE_OPTIONS_TOKEN, Clock],
      useFactory: (options: SqliteUserRepositoryOptions, clock: Clock) =>
        SqliteUserRepository.open(options, clock).catch((error: unknown) => {
          throw refusalToStart(error);
        }),
    },
    { provide: UserRepository, useExisting: SqliteUserRepository },
    SqliteUserRepositoryProbe,
  ],
  exports: [UserRepository, SqliteUserRepositoryProbe],
})
export class SqliteUserRepositoryModule extends ConfigurableModuleClass {}
