import { ConfigurableModuleBuilder } from '@nestjs/common';
import { type IngestionControlOptions, type IngestionOptions } from './ingestion.options.js';

export const { ConfigurableModuleClass: ConfigurableIngestionModule, MODULE_OPTIONS_TOKEN: INGESTION_OPTIONS } = new ConfigurableModuleBuilder<IngestionOptions>({ moduleName: 'Ingestion' }).build();

export const { ConfigurableModuleClass: ConfigurableIngestionControlModule, MODULE_OPTIONS_TOKEN: INGESTION_CONTROL_OPTIONS } = new ConfigurableModuleBuilder<IngestionControlOptions>({
  moduleName: 'IngestionControl',
}).build();
