import { ConfigurableModuleBuilder, Module } from '@nestjs/common';
import { Clock } from '../../ports/clock.port.js';
import { EventConsumer } from '../../ports/event-consumer.port.js';
import { EventLog } from '../../ports/event-log.port.js';
import { EventPublisher } from '../../ports/event-publisher.port.js';
import { EventTopics } from '../../ports/event-topics.port.js';
import { refusalToStart } from '../shared/sqlite-errors.js';
import { LogFiles } from './log-files.js';
import { LogMaintenance } from './log-maintenance.js';
import { SqliteEventConsumer } from './sqlite-event-consumer.js';
import { SqliteEventLog } from './sqlite-event-log.js';
import { SqliteEventPublisher } from './sqlite-event-publisher.js';
import { SqliteEventTopics } from './sqlite-event-topics.js';
import { SqliteEventBusProbe } from './sqlite-event-bus.probe.js';
import { type SqliteEventBusOptions } from './sqlite-event-bus.options.js';

const NO_LIMITS = { maxAgeMs: null, maxBytes: null };
const MAINTENANCE_EVERY_MS = 60_000;

const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN } = new ConfigurableModuleBuilder<SqliteEventBusOptions>()
  .setExtras({}, (definition) => ({ ...definition, global: true }))
  .build();

/** The embedded log. It is open once the app is made: a damaged file, or one of a newer version, ends the start. */
@Module({
  providers: [
    {
      provide: LogFiles,
      inject: [MODULE_OPTIONS_TOKEN, Clock],
      useFactory: (options: SqliteEventBusOptions, clock: Clock) =>
        LogFiles.open(options, clock).catch((error: unknown) => {
          throw refusalToStart(error);
        }),
    },
    {
      provide: LogMaintenance,
      inject: [MODULE_OPTIONS_TOKEN, LogFiles, Clock],
      useFactory: ({ retention = NO_LIMITS, maintenanceEveryMs = MAINTENANCE_EVERY_MS }: SqliteEventBusOptions, files: LogFiles, clock: Clock) =>
        new LogMaintenance(files, clock, { retention, everyMs: maintenanceEveryMs }),
    },
    { provide: EventTopics, inject: [LogFiles], useFactory: (files: LogFiles) => new SqliteEventTopics(files) },
    { provide: EventPublisher, inject: [LogFiles, Clock], useFactory: (files: LogFiles, clock: Clock) => new SqliteEventPublisher(files, clock) },
    { provide: EventLog, inject: [LogFiles, Clock], useFactory: (files: LogFiles, clock: Clock) => new SqliteEventLog(files, clock) },
    {
      provide: EventConsumer,
      inject: [MODULE_OPTIONS_TOKEN, LogFiles, Clock],
      useFactory: ({ consumer }: SqliteEventBusOptions, files: LogFiles, clock: Clock) => new SqliteEventConsumer(files, clock, consumer),
    },
    { provide: SqliteEventBusProbe, inject: [LogFiles, Clock], useFactory: (files: LogFiles, clock: Clock) => new SqliteEventBusProbe(files, clock) },
  ],
  exports: [EventTopics, EventPublisher, EventLog, EventConsumer, SqliteEventBusProbe],
})
export class SqliteEventBusModule extends ConfigurableModuleClass {}
