import { type Plan } from '../../../../src/domain/run.js';
import { type JournalEvent, type Progress, type RecordedJournalEvent } from '../../../../src/modules/journal/journal-event.js';

export function aPlan(given: Partial<Plan> = {}): Plan {
  return {
    source: { name: 'synthetic', parameters: { people: 1 } },
    seed: '0123456789abcdef',
    pageSize: 20,
    rate: 5,
    window: { startMs: 1_767_225_600_000, endMs: 1_767_226_200_000 },
    firstPage: 1,
    lastPage: 150,
    count: null,
    endsWithSource: false,
    ...given,
  };
}

export function someProgress(given: Partial<Progress> = {}): Progress {
  return { page: 3, cursor: null, fetched: 60, published: 59, rejected: { 'field.blank': 1 }, ranges: [{ partition: 0, first: 0, last: 58 }], ...given };
}

export function aClaim(given: Partial<Extract<JournalEvent, { type: 'run.claimed' }>> = {}): Extract<JournalEvent, { type: 'run.claimed' }> {
  return { type: 'run.claimed', runId: 'run-1', claimId: 'claim-1', supersedes: null, instance: 'one', trigger: 'slot', requestId: null, plan: aPlan(), ...given };
}

/** One event of every type. */
export const ONE_OF_EACH: readonly JournalEvent[] = [
  { type: 'run.requested', request: { count: 100, windowMs: null, rate: 0, seed: null }, by: { actor: 'operator', reason: 'a try' } },
  aClaim({ trigger: 'manual', requestId: 'request-1' }),
  { type: 'run.progressed', runId: 'run-1', claimId: 'claim-1', progress: someProgress() },
  { type: 'run.finished', runId: 'run-1', claimId: 'claim-1', outcome: 'partial', code: 'source.timeout', reason: 'it took too long', httpStatus: 503, progress: someProgress() },
  { type: 'run.released', runId: 'run-1', claimId: 'claim-1', progress: someProgress({ cursor: 'line 60' }) },
  { type: 'source.chosen', source: { name: 'randomuser', parameters: { url: 'https://example.com', version: '1.4' } }, reason: 'it answered' },
  { type: 'processing.paused', by: { actor: 'operator', reason: null }, code: 'operator.asked' },
  { type: 'processing.resumed', by: { actor: 'operator', reason: 'mended' }, endOffsets: { '0': 12, '1': 7 } },
];

/** The events as the log gives them back, a second apart. */
export function recordedOf(events: readonly JournalEvent[]): readonly RecordedJournalEvent[] {
  return events.map((event, offset) => ({ id: `id-${offset}`, offset, appendedAtMs: 1_000 * offset, event }));
}
