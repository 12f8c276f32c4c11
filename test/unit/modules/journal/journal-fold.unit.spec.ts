import fc from 'fast-check';
import { type JournalEvent, type RecordedJournalEvent } from '../../../../src/modules/journal/journal-event.js';
import { JournalFold } from '../../../../src/modules/journal/journal-fold.js';
import { type JournalState } from '../../../../src/modules/journal/journal-state.js';
import { aClaim, aPlan, ONE_OF_EACH, recordedOf, someProgress } from './some-events.js';

type Timed = Omit<RecordedJournalEvent, 'offset'>;

function foldAll(events: readonly RecordedJournalEvent[], fold = new JournalFold()): JournalState {
  for (const event of events) fold.apply(event);
  return fold.state;
}

/** A log of these events, at offsets of their order. */
const logOf = (events: readonly Timed[]): readonly RecordedJournalEvent[] => events.map((event, offset) => ({ ...event, offset }));

/** All that is folded but the offset, and the order of what does not depend on each other. */
function withoutOrder(state: JournalState) {
  const sorted = <Value>(map: ReadonlyMap<string, Value>) => [...map].sort(([a], [b]) => a.localeCompare(b));
  return { runs: sorted(state.runs), requested: sorted(state.requested), source: state.source, processing: state.processing };
}

/** What one run may go through: claims that name the one before, or another; figures that grow; ends of every kind. */
const storyOf = (runId: string) =>
  fc.array(fc.record({ kind: fc.constantFrom('claim', 'rival', 'progress', 'release', 'finish'), of: fc.nat(3), pages: fc.nat(4) }), { maxLength: 14 }).map((steps) => {
    const events: JournalEvent[] = [];
    const claims: string[] = [];
    let page = 0;
    for (const { kind, of, pages } of steps) {
      const claimId = claims[of % Math.max(claims.length, 1)] ?? 'nobody';
      page += pages;
      const progress = someProgress({ page, fetched: page * 20, published: page * 20 });
      if (kind === 'claim' || kind === 'rival') {
        const next = `${runId}-claim-${claims.length}`;
        events.push(aClaim({ runId, claimId: next, supersedes: (kind === 'claim' ? claims.at(-1) : claims.at(-2)) ?? null }));
        claims.push(next);
      } else if (kind === 'progress') events.push({ type: 'run.progressed', runId, claimId, progress });
      else if (kind === 'release') events.push({ type: 'run.released', runId, claimId, progress });
      else events.push({ type: 'run.finished', runId, claimId, outcome: of === 0 ? 'failed' : 'succeeded', code: null, reason: null, httpStatus: null, progress });
    }
    return events;
  });

const stories = fc.tuple(storyOf('a'), storyOf('b'), fc.subarray(ONE_OF_EACH.filter(({ type }) => !type.startsWith('run.')))).map((parts) =>
  parts.map((events, part) => events.map((event, index): Timed => ({ id: `${part}-${index}`, appendedAtMs: 1_000 * index + part, event }))),
);

/** The events of several stories, each story in its own order. */
function interleave(parts: readonly (readonly Timed[])[], choices: readonly number[]): readonly Timed[] {
  const left = parts.map((part) => [...part]);
  const result: Timed[] = [];
  for (let turn = 0; left.some((part) => part.length > 0); turn += 1) {
    const open = left.filter((part) => part.length > 0);
    const next = open[(choices[turn % Math.max(choices.length, 1)] ?? 0) % open.length]?.shift();
    if (next !== undefined) result.push(next);
  }
  return result;
}

describe('folding the journal', () => {
  it('gives the same state whatever was read again from whichever offset', () => {
    fc.assert(
      fc.property(stories, fc.array(fc.nat(), { maxLength: 20 }), fc.nat(), fc.nat(), (parts, choices, some, other) => {
        const log = logOf(interleave(parts, choices));
        const fold = new JournalFold();
        foldAll(log.slice(0, some % (log.length + 1)), fold);
        foldAll(log.slice(other % (log.length + 1)).filter(({ offset }) => offset < fold.state.next), fold);
        foldAll(log, fold);
        expect(fold.state).toEqual(foldAll(log));
      }),
    );
  });

  it('ignores repeats of an id, wherever they come', () => {
    fc.assert(
      fc.property(stories, fc.array(fc.nat(), { maxLength: 20 }), fc.array(fc.tuple(fc.nat(), fc.nat()), { maxLength: 10 }), (parts, choices, repeats) => {
        const once = [...interleave(parts, choices)];
        const doubled = [...once];
        for (const [which, where] of repeats) {
          const event = once[which % Math.max(once.length, 1)];
          if (event === undefined) continue;
          const first = doubled.indexOf(event);
          doubled.splice(first + 1 + (where % (doubled.length - first)), 0, { ...event, appendedAtMs: 9_999_999 });
        }
        expect(withoutOrder(foldAll(logOf(doubled)))).toEqual(withoutOrder(foldAll(logOf(once))));
      }),
    );
  });

  it('gives each run the same state however its events lie between those of others', () => {
    fc.assert(
      fc.property(stories, fc.array(fc.nat(), { maxLength: 20 }), fc.array(fc.nat(), { maxLength: 20 }), (parts, one, other) => {
        expect(withoutOrder(foldAll(logOf(interleave(parts, one))))).toEqual(withoutOrder(foldAll(logOf(interleave(parts, other)))));
      }),
    );
  });

  it('gives the same state of a compacted log, which has kept the last figures of each claim alone', () => {
    fc.assert(
      fc.property(stories, fc.array(fc.nat(), { maxLength: 20 }), (parts, choices) => {
        const log = logOf(interleave(parts, choices));
        const isProgress = ({ event }: RecordedJournalEvent, claimId?: string) => event.type === 'run.progressed' && (claimId === undefined || event.claimId === claimId);
        const compacted = log.filter((each, at) => each.event.type !== 'run.progressed' || !log.slice(at + 1).some((later) => isProgress(later, each.event.type === 'run.progressed' ? each.event.claimId : '')));
        expect(withoutOrder(foldAll(compacted))).toEqual(withoutOrder(foldAll(log)));
      }),
    );
  });

  it('never changes a value that it has given', () => {
    const fold = new JournalFold();
    foldAll(recordedOf([aClaim()]), fold);
    const before = fold.state.runs.get('run-1');
    const copy = structuredClone(before);
    fold.apply({ id: 'p', offset: 1, appendedAtMs: 5, event: { type: 'run.progressed', runId: 'run-1', claimId: 'claim-1', progress: someProgress() } });
    expect(before).toEqual(copy);
    expect(fold.state.runs.get('run-1')).not.toEqual(copy);
  });

  it('folds ten times the events in some ten times the time', () => {
    const progressed = (offset: number): RecordedJournalEvent => ({
      id: `id-${offset}`,
      offset,
      appendedAtMs: offset,
      event: offset % 100 === 0 ? aClaim({ runId: `run-${offset}` }) : { type: 'run.progressed', runId: `run-${offset - (offset % 100)}`, claimId: 'claim-1', progress: someProgress({ page: offset % 100 }) },
    });
    const timed = (length: number) => {
      const events = Array.from({ length }, (_, offset) => progressed(offset));
      const startedAt = performance.now();
      const state = foldAll(events);
      return { state, tookMs: performance.now() - startedAt };
    };
    const { tookMs: tenthMs } = timed(20_000);
    const { state, tookMs } = timed(200_000);
    expect(tookMs).toBeLessThan(40 * tenthMs);
    expect(state.runs.size).toBe(2_000);
    expect(state.next).toBe(200_000);
  });
});

describe('a run in the journal', () => {
  const progressed = (claimId: string, page: number, cursor: string | null = null): JournalEvent => ({
    type: 'run.progressed',
    runId: 'run-1',
    claimId,
    progress: someProgress({ page, cursor, fetched: page, published: page, rejected: { 'field.blank': 1 }, ranges: [{ partition: 0, first: page, last: page + 10 }] }),
  });
  const finished = (claimId: string, outcome: 'succeeded' | 'failed' = 'succeeded'): JournalEvent => ({
    type: 'run.finished',
    runId: 'run-1',
    claimId,
    outcome,
    code: 'c',
    reason: 'r',
    httpStatus: 500,
    progress: someProgress({ page: 9 }),
  });
  const run = (...events: JournalEvent[]) => foldAll(recordedOf(events)).runs.get('run-1');

  it('is open from its first claim on, before its first page', () => {
    expect(run(aClaim({ plan: aPlan({ firstPage: 40 }) }))).toMatchObject({ outcome: null, claimedAtMs: 0, finishedAtMs: null, progress: { page: 39, published: 0 }, attempts: [{ claimId: 'claim-1', instance: 'one', outcome: null }] });
  });

  it('keeps the plan of its first claim for ever', () => {
    expect(run(aClaim({ plan: aPlan({ rate: 5 }) }), aClaim({ claimId: 'claim-2', supersedes: 'claim-1', plan: aPlan({ rate: 900 }) }))?.plan.rate).toBe(5);
  });

  it('belongs to the first of two claims that were written at once', () => {
    const state = run(aClaim({ claimId: 'claim-1' }), aClaim({ claimId: 'claim-2', supersedes: null }));
    expect(state?.attempts.map(({ claimId, outcome }) => [claimId, outcome])).toEqual([['claim-1', null]]);
  });

  it('is taken over by the first claim that supersedes the last one, which is interrupted', () => {
    const state = run(aClaim(), aClaim({ claimId: 'claim-2', supersedes: 'claim-1' }), aClaim({ claimId: 'claim-3', supersedes: 'claim-1' }));
    expect(state?.attempts.map(({ claimId, outcome, endedAtMs }) => [claimId, outcome, endedAtMs])).toEqual([['claim-1', 'interrupted', 1_000], ['claim-2', null, null]]);
  });

  it('stays open after a release, and the released attempt stays released', () => {
    const state = run(aClaim(), { type: 'run.released', runId: 'run-1', claimId: 'claim-1', progress: someProgress() }, aClaim({ claimId: 'claim-2', supersedes: 'claim-1' }));
    expect(state?.outcome).toBeNull();
    expect(state?.attempts.map(({ outcome }) => outcome)).toEqual(['released', null]);
  });

  it('ends with the outcome of its current claim, and its figures', () => {
    expect(run(aClaim(), progressed('claim-1', 3), finished('claim-1'))).toMatchObject({
      outcome: 'succeeded',
      code: 'c',
      reason: 'r',
      httpStatus: 500,
      finishedAtMs: 2_000,
      progress: { page: 9 },
      attempts: [{ outcome: 'succeeded', endedAtMs: 2_000 }],
    });
  });

  it('is not ended by a claim that was superseded', () => {
    expect(run(aClaim(), aClaim({ claimId: 'claim-2', supersedes: 'claim-1' }), finished('claim-1'))?.outcome).toBeNull();
  });

  it('takes no claim after it succeeded, but another try after it failed', () => {
    const again = aClaim({ claimId: 'claim-2', supersedes: 'claim-1' });
    expect(run(aClaim(), finished('claim-1'), again)).toMatchObject({ outcome: 'succeeded', attempts: [{ claimId: 'claim-1' }] });
    expect(run(aClaim(), finished('claim-1', 'failed'), again)).toMatchObject({ outcome: null, code: null, reason: null, httpStatus: null, finishedAtMs: null, attempts: [{ outcome: 'failed' }, { outcome: null }] });
  });

  it('adds the figures of its attempts up, and goes on after the furthest page', () => {
    const state = run(aClaim(), progressed('claim-1', 4, 'line 4'), aClaim({ claimId: 'claim-2', supersedes: 'claim-1' }), progressed('claim-2', 6, 'line 6'));
    expect(state?.progress).toEqual({ page: 6, cursor: 'line 6', fetched: 10, published: 10, rejected: { 'field.blank': 2 }, ranges: [{ partition: 0, first: 4, last: 16 }] });
  });

  it('does not go back for figures that come late', () => {
    expect(run(aClaim(), progressed('claim-1', 4), progressed('claim-1', 2))?.progress.page).toBe(4);
  });

  it('is no longer asked for once it is claimed', () => {
    const asked = recordedOf([ONE_OF_EACH[0] as JournalEvent]);
    expect([...foldAll(asked).requested.values()]).toMatchObject([{ requestId: 'id-0', requestedAtMs: 0, request: { count: 100 } }]);
    expect(foldAll(recordedOf([ONE_OF_EACH[0] as JournalEvent, aClaim({ requestId: 'id-0' })])).requested.size).toBe(0);
  });
});

describe('what else the journal holds', () => {
  const paused = (code: string): JournalEvent => ({ type: 'processing.paused', by: { actor: 'operator', reason: code }, code });
  const resumed: JournalEvent = { type: 'processing.resumed', by: { actor: 'operator', reason: null }, endOffsets: { '0': 5 } };

  it('keeps the first choice of a source', () => {
    const chosen = (name: 'synthetic' | 'randomuser'): JournalEvent => ({ type: 'source.chosen', source: { name, parameters: {} }, reason: name });
    expect(foldAll(recordedOf([chosen('synthetic'), chosen('randomuser')])).source).toEqual({ spec: { name: 'synthetic', parameters: {} }, reason: 'synthetic' });
  });

  it('takes the last word on the parameters of that source', () => {
    const chosen = (fields: string): JournalEvent => ({ type: 'source.chosen', source: { name: 'synthetic', parameters: { fields } }, reason: 'r' });
    expect(foldAll(recordedOf([chosen('email'), chosen('email,phone')])).source?.spec.parameters).toEqual({ fields: 'email,phone' });
  });

  it('takes the last word on processing', () => {
    expect(foldAll(recordedOf([])).processing).toEqual({ paused: false, code: null, by: null, sinceMs: null, breakerOffUpTo: {} });
    expect(foldAll(recordedOf([resumed, paused('a'), paused('b')])).processing).toEqual({ paused: true, code: 'b', by: { actor: 'operator', reason: 'b' }, sinceMs: 1_000, breakerOffUpTo: { '0': 5 } });
    expect(foldAll(recordedOf([paused('a'), resumed])).processing).toEqual({ paused: false, code: null, by: { actor: 'operator', reason: null }, sinceMs: 1_000, breakerOffUpTo: { '0': 5 } });
  });
});
