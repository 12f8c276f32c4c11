export { IngestionModule } from './ingestion.module.js';
export { IngestionControlModule } from './ingestion-control.module.js';
export { type IngestionControlOptions, type IngestionMode, type IngestionOptions, type RunSettings, type SourceChoice } from './ingestion.options.js';
export { IngestionProbe } from './ingestion.probe.js';
export { type IngestionVitals } from './ingestion-vitals.js';
export { faultOfSettings, ImpossibleSettingsError, PlanTooLargeError } from './plan-limits.js';
export { RequestRun } from './request-run.js';
