export { JournalModule } from './journal.module.js';
export { Journal } from './journal.js';
export { JournalProbe } from './journal.probe.js';
export { Heartbeats } from './heartbeats.js';
export { type InstanceHeartbeat } from './heartbeat.js';
export { type JournalOptions } from './journal.options.js';
export { canBeClaimed, noProgress, withRange } from './fold-run.js';
export { type By, type JournalEvent, type OffsetRange, type Outcome, type Progress, type RecordedJournalEvent, type RunRequest } from './journal-event.js';
export { type AttemptState, type JournalState, type ProcessingControl, type RequestedRun, type RunState } from './journal-state.js';
