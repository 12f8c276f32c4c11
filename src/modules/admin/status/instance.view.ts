import { type IngestionVitals } from '../../ingestion/index.js';
import { type InstanceHeartbeat } from '../../journal/index.js';
import { type ProcessingVitals } from '../../processing/index.js';
import { isoTime } from '../http/time.js';
import { ingestionOf, processingOf } from '../vitals.js';
import { oneDecimal } from './one-decimal.js';

/** A process of the pipeline that is alive. */
export interface InstanceView {
  readonly id: string;
  readonly roles: readonly string[];
  readonly version: string;
  readonly pid: number;
  readonly host: string;
  /** Where its HTTP listens. */
  readonly address: string | null;
  readonly startedAt: string;
  readonly heardAt: string;
  readonly ingestion: IngestionVitals | null;
  readonly processing: (Omit<ProcessingVitals, 'consumer'> & { readonly state: string; readonly reason: string | null; readonly partitions: readonly number[] }) | null;
}

export function viewOfInstance(instance: InstanceHeartbeat): InstanceView {
  return {
    id: instance.instanceId,
    roles: instance.roles,
    version: instance.version,
    pid: instance.pid,
    host: instance.host,
    address: instance.address,
    startedAt: isoTime(instance.startedAtMs),
    heardAt: isoTime(instance.atMs),
    ingestion: viewOfIngestion(ingestionOf(instance)),
    processing: viewOfProcessing(processingOf(instance)),
  };
}

function viewOfIngestion(vitals: IngestionVitals | null): InstanceView['ingestion'] {
  return vitals && { ...vitals, ratePerSecond: oneDecimal(vitals.ratePerSecond) };
}

function viewOfProcessing(vitals: ProcessingVitals | null): InstanceView['processing'] {
  if (vitals === null) return null;
  const { consumer, ...figures } = vitals;
  return { ...figures, ratePerSecond: oneDecimal(figures.ratePerSecond), state: consumer.state, reason: consumer.reason, partitions: consumer.partitions.map(({ partition }) => partition) };
}
