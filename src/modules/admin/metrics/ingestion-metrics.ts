import { type IngestionVitals } from '../../ingestion/index.js';
import { type Instruments, type Sample } from './instruments.js';

const STATES = ['starting', 'idle', 'running', 'waiting'] satisfies IngestionVitals['state'][];

/** What this process ingests; nothing before it has said so. */
export function addIngestionMetrics(instruments: Instruments, read: () => IngestionVitals | null): void {
  const only = (figure: (vitals: IngestionVitals) => readonly Sample[]) => () => {
    const vitals = read();
    return vitals === null ? [] : figure(vitals);
  };
  const total = (name: string, help: string, figure: (vitals: IngestionVitals) => number) =>
    instruments.counter({ name: `userstream_ingestion_${name}_total`, help, read: only((vitals) => [{ value: figure(vitals) }]) });

  total('published_events', 'Events published and durable on the log.', (vitals) => vitals.publishedTotal);
  total('rejected_records', 'Records of the source that are no users.', (vitals) => vitals.rejectedTotal);
  total('pages', 'Pages fetched from the source.', (vitals) => vitals.pagesTotal);
  total('fetch_errors', 'Pages that the source did not give.', (vitals) => vitals.fetchErrorsTotal);
  total('publish_errors', 'Hand-overs that the log did not take.', (vitals) => vitals.publishErrorsTotal);
  instruments.gauge({
    name: 'userstream_ingestion_state',
    help: '1 for the state that ingestion is in.',
    labels: ['state'],
    read: only(({ state }) => STATES.map((name) => ({ labels: { state: name }, value: name === state ? 1 : 0 }))),
  });
}
