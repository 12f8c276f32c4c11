import { Module } from '@nestjs/common';
import { ConfigurableIngestionControlModule } from './ingestion.module-definition.js';
import { RequestRun } from './request-run.js';

/** Asking for runs, in processes that need not ingest. Needs Clock and JournalModule. */
@Module({ providers: [RequestRun], exports: [RequestRun] })
export class IngestionControlModule extends ConfigurableIngestionControlModule {}
