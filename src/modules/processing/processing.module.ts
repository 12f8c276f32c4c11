import { Module } from '@nestjs/common';
import { DeadLetterNotices } from './dead-letters/dead-letter-notices.js';
import { PublishDeadLetters } from './dead-letters/publish-dead-letters.js';
import { EnsureTopics } from './ensure-topics.js';
import { EventConsumerTransport } from './event-consumer.transport.js';
import { FollowControl } from './follow-control.js';
import { PauseOnFailures } from './pause-on-failures.js';
import { PauseProcessing } from './pause-processing.js';
import { ProcessingMeter } from './processing-meter.js';
import { ProcessingModuleClass } from './processing.options.js';
import { ProcessingProbe } from './processing.probe.js';
import { StoreUsers } from './store-users.js';
import { UserCreatedController } from './user-created.controller.js';
import { WatchConsumer } from './watch-consumer.js';

/**
 * From the log into the table, in processes with the role `processing`. Connect it with
 * `app.connectMicroservice({ strategy: app.get(EventConsumerTransport) })`. Needs the ports EventConsumer, EventLog,
 * EventPublisher, EventTopics, UserRepository and Clock, and the journal.
 */
@Module({
  controllers: [UserCreatedController],
  providers: [
    EventConsumerTransport,
    StoreUsers,
    PublishDeadLetters,
    DeadLetterNotices,
    PauseOnFailures,
    PauseProcessing,
    EnsureTopics,
    FollowControl,
    WatchConsumer,
    ProcessingMeter,
    ProcessingProbe,
  ],
  exports: [EventConsumerTransport, ProcessingProbe],
})
export class ProcessingModule extends ProcessingModuleClass {}
