import { PipelineError } from '../../../../../src/domain/errors.js';
import { ReadStatus } from '../../../../../src/modules/admin/status/read-status.js';
import { type IngestionVitals } from '../../../../../src/modules/ingestion/index.js';
import { type Heartbeats, type InstanceHeartbeat, type Journal, type JournalState } from '../../../../../src/modules/journal/index.js';
import { type ProcessingVitals } from '../../../../../src/modules/processing/index.js';
import { type Ledger, type ReadLedger } from '../../../../../src/modules/storage/index.js';
import { BusUnavailableError } from '../../../../../src/ports/event-bus.errors.js';
import { type Health } from '../../../../../src/ports/health-probe.port.js';
import { adminOptions, aJournalState, anInstance, healthOf, INSTANCE_ID } from '../../../../support/http-application.js';

const T0 = Date.UTC(2026, 5, 1);
const OTHER = '0198c0de-0000-7000-8000-000000000002';
const balanced: Ledger = { topic: 't', group: 'g', partitions: [], totals: { stored: 1, dead: 0, skipped: 0, unknown: 0, inFlight: 3, expired: 0, balanced: true } };

interface Given {
  readonly state?: Partial<JournalState>;
  readonly instances?: readonly InstanceHeartbeat[];
  readonly health?: readonly Health[];
  readonly ledger?: Ledger | Error;
}

function reading({ state, instances = [anInstance()], health = [], ledger = balanced }: Given) {
  const journal = { state: () => aJournalState(state) } as unknown as Journal;
  const heartbeats = { instances: () => instances } as unknown as Heartbeats;
  const readLedger = {
    execute: async () => {
      if (ledger instanceof Error) throw ledger;
      return ledger;
    },
  } as unknown as ReadLedger;
  return new ReadStatus(adminOptions(), journal, heartbeats, readLedger, { all: health.map((one) => ({ check: async () => one })) }).execute();
}

describe('ReadStatus', () => {
  it('says that nothing blocks when nothing does', async () => {
    expect(await reading({ health: [healthOf('event-bus')] })).toMatchObject({ blocked: [], lag: 3, ledger: balanced.totals, incidents: [] });
  });

  it('adds up the rates of all instances, and names all their roles', async () => {
    const instances = [
      anInstance({ roles: ['ingestion', 'admin'], vitals: { ingestion: ingestion({ ratePerSecond: 5 }) } }),
      anInstance({ instanceId: OTHER, roles: ['processing'], vitals: { processing: processing({ ratePerSecond: 3.04 }) } }),
      anInstance({ instanceId: '3', roles: ['processing'], vitals: { processing: processing({ ratePerSecond: 1.4999 }) } }),
    ];

    const status = await reading({ instances });

    expect(status.rates).toEqual({ publishedPerSecond: 5, storedPerSecond: 4.5 });
    expect(new Set(status.roles)).toEqual(new Set(['ingestion', 'processing', 'admin']));
    expect(status.instances.map(({ id }) => id)).toEqual([INSTANCE_ID, OTHER, '3']);
  });

  it('tells the source that was chosen, and why', async () => {
    const source = { spec: { name: 'synthetic' as const, parameters: {} }, reason: 'the API cannot be reached' };

    expect((await reading({ state: { source } })).source).toEqual({ name: 'synthetic', parameters: {}, reason: 'the API cannot be reached' });
  });

  it('passes on what its own probes say, with reason and remedy', async () => {
    const health = [healthOf('user-repository', { status: 'down', code: 'repository.unavailable', reason: 'it does not answer', suggestion: 'start it' }), healthOf('event-bus', { status: 'degraded', code: 'bus.slow', reason: 'slow' })];

    expect((await reading({ health })).blocked).toEqual([
      { component: 'user-repository', code: 'repository.unavailable', reason: 'it does not answer', remedy: 'start it', instanceId: INSTANCE_ID, since: '2026-06-01T00:00:00.000Z' },
      expect.objectContaining({ component: 'event-bus', code: 'bus.slow', remedy: null }),
    ]);
  });

  it('says who paused processing, why, and how to go on', async () => {
    const processing = { paused: true, code: 'operator', by: { actor: 'operator', reason: 'the table moves' }, sinceMs: T0, breakerOffUpTo: {} };

    expect((await reading({ state: { processing } })).blocked).toEqual([
      { component: 'processing', code: 'operator', reason: 'processing was paused by operator: the table moves', remedy: 'POST /api/v1/processing/resume', instanceId: null, since: '2026-06-01T00:00:00.000Z' },
    ]);
  });

  it.each(['ingestion', 'processing'])('misses a process with the role %s', async (role) => {
    const instances = [anInstance({ roles: ['ingestion', 'processing', 'admin'].filter((other) => other !== role) })];

    expect((await reading({ instances })).blocked).toMatchObject([{ component: role, code: 'role.nobody', remedy: `start one with ROLES=${role}` }]);
  });

  it('passes on which partitions are stuck in another instance, and the gaps that it met', async () => {
    const consumer: ProcessingVitals['consumer'] = {
      state: 'halted',
      reason: null,
      sinceMs: T0,
      partitions: [
        { partition: 0, state: 'running', code: null, reason: null, sinceMs: T0, next: 1 },
        { partition: 1, state: 'halted', code: 'unexpected.TypeError', reason: 'a bug', sinceMs: T0, next: 1 },
        { partition: 2, state: 'stalled', code: 'repository.unavailable', reason: 'away', sinceMs: T0, next: 1 },
      ],
      incidents: [{ kind: 'gap', partition: 1, fromOffset: 3, toOffset: 9, atMs: T0 }],
    };
    const heir: ProcessingVitals['consumer'] = { ...consumer, state: 'running', partitions: [] };
    const instances = [anInstance(), ...[consumer, heir].map((one, index) => anInstance({ instanceId: [OTHER, 'an heir'][index] ?? '', vitals: { processing: processing({ consumer: one }) } }))];

    const status = await reading({ instances });

    expect(status.blocked).toMatchObject([
      { code: 'unexpected.TypeError', reason: 'partition 1 is halted: a bug', remedy: expect.stringContaining('resume') as string, instanceId: OTHER },
      { code: 'repository.unavailable', reason: 'partition 2 is stalled: away', remedy: null, instanceId: OTHER },
    ]);
    expect(status.incidents).toEqual([{ instanceId: OTHER, kind: 'gap', partition: 1, fromOffset: 3, toOffset: 9, at: '2026-06-01T00:00:00.000Z' }]);
  });

  it('passes on what another instance waits for', async () => {
    const instances = [anInstance(), anInstance({ instanceId: OTHER, vitals: { ingestion: ingestion({ state: 'waiting', reason: 'the source answered 429' }) } })];

    expect((await reading({ instances })).blocked).toMatchObject([{ component: 'ingestion', code: 'ingestion.waiting', reason: 'the source answered 429', instanceId: OTHER }]);
  });

  it('answers while the log is away, and says so', async () => {
    const status = await reading({ ledger: new BusUnavailableError('the log is away', { remedy: 'start it' }) });

    expect(status).toMatchObject({ lag: null, ledger: null, blocked: [{ component: 'ledger', code: 'bus.unavailable', reason: 'the log is away', remedy: 'start it' }] });
  });

  it('does not hide a bug', async () => {
    await expect(reading({ ledger: new TypeError('a bug') })).rejects.not.toBeInstanceOf(PipelineError);
  });

  it('points at partitions whose ledger does not add up', async () => {
    const partition = { partition: 2, first: 0, end: 9, committed: 5, tally: { began: 0, stored: 3, dead: 0, skipped: 0 }, unknown: 0, inFlight: 4, expired: 0, balanced: false };

    const status = await reading({ ledger: { ...balanced, partitions: [{ ...partition, partition: 1, balanced: true }, partition] } });

    expect(status.blocked).toMatchObject([{ code: 'ledger.unbalanced', reason: expect.stringContaining('partition 2') as string }]);
  });
});

function ingestion(given: Partial<IngestionVitals>): IngestionVitals {
  return { publishedTotal: 0, rejectedTotal: 0, pagesTotal: 0, fetchErrorsTotal: 0, publishErrorsTotal: 0, ratePerSecond: 0, state: 'running', reason: null, source: null, run: null, ...given };
}

function processing(given: Partial<ProcessingVitals>): ProcessingVitals {
  return {
    storedTotal: 0,
    deadTotal: 0,
    skippedTotal: 0,
    batchesTotal: 0,
    redeliveredTotal: 0,
    deadByReason: {},
    ratePerSecond: 0,
    latencyMs: null,
    consumer: { state: 'running', reason: null, sinceMs: 0, partitions: [], incidents: [] },
    ...given,
  };
}
