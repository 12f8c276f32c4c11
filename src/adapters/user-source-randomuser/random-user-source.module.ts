import { ConfigurableModuleBuilder, Module, type OnApplicationShutdown } from '@nestjs/common';
import { Clock } from '../../ports/clock.port.js';
import { RandomUserSource, type RandomUserSourceOptions } from './random-user-source.js';
import { RandomUserProbe } from './random-user.probe.js';

const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN } = new ConfigurableModuleBuilder<RandomUserSourceOptions>()
  .setExtras({ isGlobal: true }, (definition, { isGlobal }) => ({ ...definition, global: isGlobal }))
  .build();

/** People of the RandomUser API. Nothing is asked until the first page is. */
@Module({
  providers: [
    {
      provide: RandomUserSource,
      useFactory: (options: RandomUserSourceOptions, clock: Clock) => new RandomUserSource(options, clock),
      inject: [MODULE_OPTIONS_TOKEN, Clock],
    },
    { provide: RandomUserProbe, useFactory: (source: RandomUserSource) => new RandomUserProbe(source), inject: [RandomUserSource] },
  ],
  exports: [RandomUserSource, RandomUserProbe],
})
export class RandomUserSourceModule extends ConfigurableModuleClass implements OnApplicationShutdown {
  constructor(private readonly source: RandomUserSource) {
    super();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.source.close();
  }
}
