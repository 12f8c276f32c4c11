import { ConfigurableModuleBuilder } from '@nestjs/common';
import { type JournalOptions } from './journal.options.js';

export const { ConfigurableModuleClass: ConfigurableJournalModule, MODULE_OPTIONS_TOKEN: JOURNAL_OPTIONS } = new ConfigurableModuleBuilder<JournalOptions>({ moduleName: 'Journal' })
  .setExtras({ isGlobal: true }, (definition, { isGlobal }) => ({ ...definition, global: isGlobal }))
  .build();
