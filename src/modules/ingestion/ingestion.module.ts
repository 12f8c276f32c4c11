import { Module } from '@nestjs/common';
import { ScheduleModule, SchedulerRegistry } from '@nestjs/schedule';
import { Clock } from '../../ports/clock.port.js';
import { ChooseSource } from './choose-source.js';
import { ClaimRun } from './claim-run.js';
import { ContinuousSlots } from './continuous-slots.js';
import { CronSlots } from './cron-slots.js';
import { IngestRequest } from './ingest-request.js';
import { IngestRun } from './ingest-run.js';
import { IngestSlot } from './ingest-slot.js';
import { IngestionActivity } from './ingestion-activity.js';
import { ConfigurableIngestionModule, INGESTION_OPTIONS } from './ingestion.module-definition.js';
import type { IngestionOptions } from './ingestion.options.js';
import { IngestionProbe } from './ingestion.probe.js';
import { IngestionRunner } from './ingestion.runner.js';
import { PublishPage } from './publish-page.js';
import { PullPage } from './pull-page.js';
import { RequestContentOnce } from './request-content-once.js';
import { NoSlots, Slots } from './slots.js';
import { TakeOverRuns } from './take-over-runs.js';

function slotsOf(options: IngestionOptions, clock: Clock, registry: SchedulerRegistry): Slots {
  switch (options.mode) {
    case 'continuous':
      return new ContinuousSlots(clock, options.windowMs);
    case 'scheduled':
      return new CronSlots(clock, registry, options);
    case 'manual':
      return new NoSlots();
    default:
      return options.mode satisfies never;
  }
}

/** Plans runs, pulls pages, publishes them. For processes with the role `ingestion`; needs the ports and JournalModule. */
@Module({
  imports: [ScheduleModule.forRoot()],
  providers: [
    { provide: Slots, useFactory: slotsOf, inject: [INGESTION_OPTIONS, Clock, SchedulerRegistry] },
    IngestionActivity,
    ChooseSource,
    ClaimRun,
    TakeOverRuns,
    RequestContentOnce,
    PullPage,
    PublishPage,
    IngestRun,
    IngestSlot,
    IngestRequest,
    IngestionRunner,
    IngestionProbe,
  ],
  exports: [IngestionProbe],
})
export class IngestionModule extends ConfigurableIngestionModule {}
