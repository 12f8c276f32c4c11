import { ConfigurableModuleBuilder } from '@nestjs/common';

/** Whose ledger is kept: the events of `topic` as `group` has handled them. */
export interface StorageOptions {
  readonly topic: string;
  readonly group: string;
}

export const { ConfigurableModuleClass: ConfigurableStorageModule, MODULE_OPTIONS_TOKEN: STORAGE_OPTIONS } = new ConfigurableModuleBuilder<StorageOptions>().build();
