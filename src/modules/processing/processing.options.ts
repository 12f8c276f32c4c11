import { ConfigurableModuleBuilder } from '@nestjs/common';

/** What the control of processing needs to know in a process that may not process itself. */
export interface ProcessingControlOptions {
  readonly topic: string;
  readonly group: string;
  readonly deadLetterTopic: string;
}

export interface ProcessingOptions extends ProcessingControlOptions {
  /** The fields to store, the core three among them. */
  readonly fields: readonly string[];
  /** Of the users topic, where it does not exist yet; the dead-letter topic follows it. */
  readonly partitions: number;
  /** Of the users topic, where it does not exist yet; null is no limit. Dead letters never expire. */
  readonly retention: { readonly maxAgeMs: number | null; readonly maxBytes: number | null };
  /** Of the users topic; dead letters may be 64 KiB larger. */
  readonly maxEventBytes: number;
  /** How long work in hand may take to end at a shutdown. */
  readonly shutdownMs: number;
}

export const { ConfigurableModuleClass: ProcessingModuleClass, MODULE_OPTIONS_TOKEN: PROCESSING_OPTIONS } =
  new ConfigurableModuleBuilder<ProcessingOptions>({ moduleName: 'Processing' }).build();

export const { ConfigurableModuleClass: ProcessingControlModuleClass, MODULE_OPTIONS_TOKEN: PROCESSING_CONTROL_OPTIONS } =
  new ConfigurableModuleBuilder<ProcessingControlOptions>({ moduleName: 'ProcessingControl' }).build();
