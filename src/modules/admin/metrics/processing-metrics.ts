import { type ConsumerState } from '../../../ports/event-consumer.port.js';
import { type ProcessingVitals } from '../../processing/index.js';
import { type Instruments, type Sample } from './instruments.js';

const STATES = ['connecting', 'running', 'paused', 'stalled', 'halted', 'stopped'] satisfies ConsumerState[];

/** What this process stores; nothing before it has said so. */
export function addProcessingMetrics(instruments: Instruments, read: () => ProcessingVitals | null): void {
  const only = (figure: (vitals: ProcessingVitals) => readonly Sample[]) => () => {
    const vitals = read();
    return vitals === null ? [] : figure(vitals);
  };
  const total = (name: string, help: string, figure: (vitals: ProcessingVitals) => number) =>
    instruments.counter({ name: `userstream_processing_${name}_total`, help, read: only((vitals) => [{ value: figure(vitals) }]) });

  total('stored_events', 'Events stored in the table.', (vitals) => vitals.storedTotal);
  total('skipped_events', 'Events of types that are not ours.', (vitals) => vitals.skippedTotal);
  total('batches', 'Batches handed over by the log.', (vitals) => vitals.batchesTotal);
  total('redelivered_events', 'Events handed over again after a failure.', (vitals) => vitals.redeliveredTotal);
  instruments.counter({
    name: 'userstream_processing_dead_events_total',
    help: 'Events set aside as dead letters, by reason.',
    labels: ['reason'],
    read: only(({ deadByReason }) => Object.entries(deadByReason).map(([reason, value]) => ({ labels: { reason }, value }))),
  });
  instruments.gauge({
    name: 'userstream_processing_latency_seconds',
    help: "From the last byte of the source's answer to the durable row, over the last minute or two.",
    labels: ['quantile'],
    read: only(({ latencyMs }) => (latencyMs === null ? [] : [
      { labels: { quantile: '0.5' }, value: latencyMs.p50 / 1_000 },
      { labels: { quantile: '0.99' }, value: latencyMs.p99 / 1_000 },
    ])),
  });
  instruments.gauge({
    name: 'userstream_processing_state',
    help: '1 for the state that the consumer is in: the worst of its partitions.',
    labels: ['state'],
    read: only(({ consumer }) => STATES.map((name) => ({ labels: { state: name }, value: name === consumer.state ? 1 : 0 }))),
  });
}
