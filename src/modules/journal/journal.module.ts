import { Module } from '@nestjs/common';
import { Heartbeats } from './heartbeats.js';
import { Journal } from './journal.js';
import { ConfigurableJournalModule } from './journal.module-definition.js';
import { JournalProbe } from './journal.probe.js';

/** The pipeline's own log and what is folded from it; global, in every process. Needs the event bus's ports and Clock. */
@Module({ providers: [Journal, Heartbeats, JournalProbe], exports: [Journal, Heartbeats, JournalProbe] })
export class JournalModule extends ConfigurableJournalModule {}
