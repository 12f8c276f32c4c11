import { Module } from '@nestjs/common';
import { ListDeadLetters } from './dead-letters/list-dead-letters.js';
import { PauseProcessing } from './pause-processing.js';
import { ProcessingControlModuleClass } from './processing.options.js';
import { ResumeProcessing } from './resume-processing.js';

/** Steers processing and shows its dead letters, from a process that need not process itself. Needs EventLog and the journal. */
@Module({ providers: [PauseProcessing, ResumeProcessing, ListDeadLetters], exports: [PauseProcessing, ResumeProcessing, ListDeadLetters] })
export class ProcessingControlModule extends ProcessingControlModuleClass {}
