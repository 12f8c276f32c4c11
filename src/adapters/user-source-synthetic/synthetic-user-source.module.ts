import { ConfigurableModuleBuilder, Module } from '@nestjs/common';
import { Clock } from '../../ports/clock.port.js';
import { SyntheticUserSource, type SyntheticUserSourceOptions } from './synthetic-user-source.js';

const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN } = new ConfigurableModuleBuilder<SyntheticUserSourceOptions>()
  .setExtras({ isGlobal: true }, (definition, { isGlobal }) => ({ ...definition, global: isGlobal }))
  .build();

/** Invented people, made in this process. */
@Module({
  providers: [
    {
      provide: SyntheticUserSource,
      useFactory: (options: SyntheticUserSourceOptions, clock: Clock) => new SyntheticUserSource(options, clock),
      inject: [MODULE_OPTIONS_TOKEN, Clock],
    },
  ],
  exports: [SyntheticUserSource],
})
export class SyntheticUserSourceModule extends ConfigurableModuleClass {}
