import { ConfigurableModuleBuilder, Module } from '@nestjs/common';
import { Clock } from '../../ports/clock.port.js';
import { FileUserSource, type FileUserSourceOptions } from './file-user-source.js';

const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN } = new ConfigurableModuleBuilder<FileUserSourceOptions>()
  .setExtras({ isGlobal: true }, (definition, { isGlobal }) => ({ ...definition, global: isGlobal }))
  .build();

/** People of a file, which is read once at boot for its SHA-256: a missing or unreadable one fails the boot with its remedy. */
@Module({
  providers: [
    {
      provide: FileUserSource,
      useFactory: (options: FileUserSourceOptions, clock: Clock) => FileUserSource.open(options, clock),
      inject: [MODULE_OPTIONS_TOKEN, Clock],
    },
  ],
  exports: [FileUserSource],
})
export class FileUserSourceModule extends ConfigurableModuleClass {}
