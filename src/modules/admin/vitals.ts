import { type IngestionVitals } from '../ingestion/index.js';
import { type InstanceHeartbeat } from '../journal/index.js';
import { type ProcessingVitals } from '../processing/index.js';

/** What ingestion says of itself in an instance; null where the instance does not ingest. */
export function ingestionOf({ vitals }: Pick<InstanceHeartbeat, 'vitals'>): IngestionVitals | null {
  return (vitals['ingestion'] as IngestionVitals | undefined) ?? null;
}

/** What processing says of itself in an instance; null where the instance does not process. */
export function processingOf({ vitals }: Pick<InstanceHeartbeat, 'vitals'>): ProcessingVitals | null {
  return (vitals['processing'] as ProcessingVitals | undefined) ?? null;
}
