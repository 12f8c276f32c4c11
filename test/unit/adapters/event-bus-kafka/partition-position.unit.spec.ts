import fc from 'fast-check';
import { encodeCommit, type LastHandled } from '../../../../src/adapters/event-bus-kafka/commit-metadata.js';
import { PartitionPosition } from '../../../../src/adapters/event-bus-kafka/partition-position.js';
import { type RecordedEvent } from '../../../../src/domain/event-record.js';
import { type LogIncident } from '../../../../src/ports/event-consumer.port.js';
import { tallied, tallyFrom, type Tally } from '../../../../src/domain/tally.js';

const event = (offset: number): RecordedEvent => ({ topic: 't', partition: 0, offset, timestampMs: 1_000 + offset, timestampType: 'append', key: null, value: null, headers: {} });
const stored = (count: number) => ({ stored: count, dead: 0, skipped: 0 });
/** The record of each offset is there, as `event` makes it. */
const intact = async (offset: number) => 1_000 + offset;
const commitOf = (offset: number, tally: Tally, last: LastHandled | null = null, incident: LogIncident | null = null) => ({ offset, metadata: encodeCommit({ tally, last, incident }) });
/** When things happen in these tests. */
const NOW = 1_767_225_600_000;
const incidentOf = (kind: LogIncident['kind'], fromOffset: number, toOffset: number): LogIncident => ({ kind, partition: 0, fromOffset, toOffset, atMs: NOW });

describe("a group's position in a partition", () => {
  let incidents: unknown[];
  let commits: [offset: number, metadata: string][];
  let position: PartitionPosition;
  beforeEach(() => {
    incidents = [];
    commits = [];
    position = new PartitionPosition(0, () => NOW, ({ kind, fromOffset, toOffset }) => incidents.push([kind, fromOffset, toOffset]));
  });
  const save = () => position.save(async (offset, metadata) => void commits.push([offset, metadata]));

  it('of a new group is the first event left, and nothing has to be committed', async () => {
    await position.open(null, { first: 7, end: 20 }, intact);
    expect(position).toMatchObject({ next: 7, isUnsaved: false });
    position.pass([event(7), event(8)], stored(2), 9);
    await save();
    expect(commits).toEqual([[9, encodeCommit({ tally: { began: 7, ...stored(2) }, last: { offset: 8, timestampMs: 1_008 }, incident: null })]]);
    expect(incidents).toEqual([]);
  });

  it('goes on with the tally of the commit', async () => {
    await position.open(commitOf(5, { began: 2, stored: 1, dead: 1, skipped: 1 }, { offset: 4, timestampMs: 1_004 }), { first: 0, end: 9 }, intact);
    position.pass([event(5)], { stored: 0, dead: 1, skipped: 0 }, 6);
    await save();
    expect(commits).toEqual([[6, encodeCommit({ tally: { began: 2, stored: 1, dead: 2, skipped: 1 }, last: { offset: 5, timestampMs: 1_005 }, incident: null })]]);
  });

  it.each([
    ['without metadata', { offset: 5, metadata: null }],
    ['with foreign metadata', { offset: 5, metadata: 'mine' }],
    ['that was moved by hand, metadata and all', commitOf(5, { began: 0, stored: 9, dead: 0, skipped: 0 })],
  ])('counts from a commit %s', async (_, found) => {
    await position.open(found, { first: 0, end: 9 }, intact);
    expect(position).toMatchObject({ next: 5, isUnsaved: false });
    position.pass([event(5)], stored(1), 6);
    await save();
    expect(commits).toEqual([[6, encodeCommit({ tally: { began: 5, ...stored(1) }, last: { offset: 5, timestampMs: 1_005 }, incident: null })]]);
  });

  it.each([-1, -2])('takes a commit of %d, as kafkajs makes where it finds its offset gone, for none', async (offset) => {
    await position.open({ offset, metadata: null }, { first: 3, end: 9 }, intact);
    expect(position.next).toBe(3);
    expect(incidents).toEqual([]);
  });

  it('of a log that ends before it begins at the first event, says so once that is committed, and counts anew', async () => {
    await position.open(commitOf(50, tallyFrom(50)), { first: 0, end: 9 }, intact);
    expect(position).toMatchObject({ next: 0, isUnsaved: true });
    expect(incidents).toEqual([]);
    await save();
    expect(commits).toEqual([[0, encodeCommit({ tally: tallyFrom(0), last: null, incident: incidentOf('log-replaced', 50, 0) })]]);
    expect(incidents).toEqual([['log-replaced', 50, 0]]);
  });

  it('of a log whose record handled last is another one begins at the first event', async () => {
    await position.open(commitOf(5, { began: 0, ...stored(5) }, { offset: 4, timestampMs: 77 }), { first: 1, end: 9 }, intact);
    await save();
    expect(incidents).toEqual([['log-replaced', 5, 1]]);
    expect(position.next).toBe(1);
  });

  it('goes on where retention has removed the record handled last', async () => {
    await position.open(commitOf(5, { began: 0, ...stored(5) }, { offset: 4, timestampMs: 77 }), { first: 5, end: 9 }, async () => null);
    expect(position).toMatchObject({ next: 5, isUnsaved: false });
  });

  it('passes unread events that were removed, counted as skipped, and says which', async () => {
    await position.open(commitOf(5, { began: 0, ...stored(5) }), { first: 8, end: 9 }, intact);
    expect(position.next).toBe(8);
    await save();
    expect(commits).toEqual([[8, encodeCommit({ tally: { began: 0, stored: 5, dead: 0, skipped: 3 }, last: null, incident: incidentOf('gap', 5, 8) })]]);
    expect(incidents).toEqual([['gap', 5, 8]]);
  });

  it('tells the next member of what the group has met there, with its time, whatever was committed since', async () => {
    await position.open(commitOf(5, { began: 0, ...stored(5) }), { first: 8, end: 9 }, intact);
    position.pass([event(8)], stored(1), 9);
    position.skipTo(11);
    await save();
    const told: LogIncident[] = [];
    const heir = new PartitionPosition(0, () => NOW + 5_000, (incident) => told.push(incident));
    await heir.open({ offset: 11, metadata: commits[0]?.[1] ?? null }, { first: 8, end: 20 }, intact);
    expect(told).toEqual([incidentOf('gap', 5, 8)]);
    expect(heir.isUnsaved).toBe(false);
  });

  it('is remembered where the coordinator has lost it with the topic', async () => {
    await position.open(null, { first: 0, end: 5 }, intact);
    position.pass([event(0), event(1)], stored(2), 2);
    await save();
    await position.open(null, { first: 0, end: 1 }, intact);
    await save();
    expect(incidents).toEqual([['log-replaced', 2, 0]]);
  });

  it('is committed again where the coordinator has lost it alone', async () => {
    await position.open(null, { first: 0, end: 5 }, intact);
    position.pass([event(0), event(1)], stored(2), 2);
    await save();
    await position.open({ offset: -2, metadata: null }, { first: 0, end: 5 }, intact);
    expect(position).toMatchObject({ next: 2, isUnsaved: true });
    await save();
    expect(commits[1]).toEqual(commits[0]);
    expect(incidents).toEqual([]);
  });

  it('says nothing, and is not saved, while the commit fails', async () => {
    await position.open(commitOf(5, { began: 0, ...stored(5) }), { first: 8, end: 9 }, intact);
    await expect(position.save(() => Promise.reject(new Error('away')))).rejects.toThrow('away');
    expect(position.isUnsaved).toBe(true);
    expect(incidents).toEqual([]);
  });

  it('always has a tally that adds up, whatever is passed, skipped, removed or replaced', async () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('pass' as const), stored: fc.nat(5), dead: fc.nat(5), skipped: fc.nat(5), hole: fc.nat(5) }),
      fc.record({ kind: fc.constant('skip' as const), by: fc.integer({ min: 1, max: 9 }) }),
      fc.record({ kind: fc.constant('gap' as const), by: fc.integer({ min: 1, max: 9 }) }),
      fc.record({ kind: fc.constant('replaced' as const), first: fc.nat(9) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.nat(100), fc.array(step), async (first, steps) => {
        position = new PartitionPosition(0, () => NOW, () => undefined);
        await position.open(null, { first, end: first }, intact);
        for (const one of steps) {
          const { next } = position;
          if (one.kind === 'pass') {
            const count = tallied(one);
            position.pass(Array.from({ length: count }, (_, index) => event(next + index)), one, next + count + one.hole);
          } else if (one.kind === 'skip') position.skipTo(next + one.by);
          else if (one.kind === 'replaced') position.startAgain(one.first);
          else position.passGap(next + one.by);
          await position.save(async (offset, metadata) => {
            const [began = 0, ...counts] = metadata.split(' ').slice(1, 5).map(Number);
            expect(counts.reduce((sum, counted) => sum + counted, 0)).toBe(offset - began);
          });
        }
      }),
    );
  });
});
