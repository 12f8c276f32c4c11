import { jest } from '@jest/globals';
import { Test } from '@nestjs/testing';
import fc from 'fast-check';
import { ReadLedger, StorageModule, type Ledger } from '../../../../../src/modules/storage/index.js';
import { BusUnavailableError, UnknownTopicError } from '../../../../../src/ports/event-bus.errors.js';
import { EventLog, type CommittedOffset, type PartitionOffsets } from '../../../../../src/ports/event-log.port.js';
import { UserRepository } from '../../../../../src/ports/user-repository.port.js';
import { mockedEventLog, mockedUserRepository } from '../../../../support/mocked-ports.js';

async function ledgerOver(log: Partial<Pick<EventLog, 'offsets' | 'committed'>>): Promise<Ledger> {
  const committed = jest.fn<EventLog['committed']>(log.committed ?? (async () => []));
  const offsets = jest.fn<EventLog['offsets']>(log.offsets ?? (async () => []));
  const storage = await Test.createTestingModule({ imports: [StorageModule.register({ topic: 'users_created', group: 'userstream' })] })
    .useMocker((token) => (token === EventLog ? mockedEventLog({ committed, offsets }) : token === UserRepository ? mockedUserRepository() : undefined))
    .compile();
  const ledger = await storage.get(ReadLedger).execute();
  expect(committed).toHaveBeenCalledWith('users_created', 'userstream');
  return ledger;
}

const of = (held: Omit<PartitionOffsets, 'partition'>, commit?: Omit<CommittedOffset, 'partition'>) =>
  ledgerOver({ offsets: async () => [{ partition: 0, ...held }], committed: async () => (commit === undefined ? [] : [{ partition: 0, ...commit }]) });

const tally = (counts: Partial<NonNullable<CommittedOffset['tally']>> = {}) => ({ began: 0, stored: 0, dead: 0, skipped: 0, ...counts });

describe('ReadLedger', () => {
  it('says of each partition where its events are', async () => {
    const { partitions: [partition], topic, group } = await of({ first: 0, end: 100 }, { offset: 70, tally: tally({ stored: 60, dead: 7, skipped: 3 }) });
    expect(partition).toEqual({
      partition: 0, first: 0, end: 100, committed: 70, tally: { began: 0, stored: 60, dead: 7, skipped: 3 }, unknown: 0, inFlight: 30, expired: 0, balanced: true,
    });
    expect([topic, group]).toEqual(['users_created', 'userstream']);
  });

  it('counts from where counting began', async () => {
    expect((await of({ first: 10, end: 100 }, { offset: 70, tally: tally({ began: 40, stored: 30 }) })).totals).toMatchObject({ stored: 30, inFlight: 30, expired: 0, balanced: true });
  });

  it.each([
    ['one too few', { offset: 70, tally: tally({ stored: 69 }) }],
    ['one too many', { offset: 70, tally: tally({ stored: 70, dead: 1 }) }],
    ['a sum that ignores where it began', { offset: 70, tally: tally({ began: 10, stored: 70 }) }],
    ['a count below nothing', { offset: 70, tally: tally({ stored: 71, dead: -1 }) }],
    ['a commit beyond the end', { offset: 101, tally: tally({ stored: 101 }) }],
    ['a commit beyond the end, without a tally', { offset: 101, tally: null }],
  ])('does not balance with %s', async (_what, commit) => {
    const { partitions, totals } = await of({ first: 0, end: 100 }, commit);
    expect([partitions[0]?.balanced, totals.balanced]).toEqual([false, false]);
    expect(totals.inFlight).toBeGreaterThanOrEqual(0);
  });

  it('has everything in flight for a group that has not committed, and what is gone already as expired', async () => {
    const { partitions: [partition] } = await of({ first: 20, end: 100 });
    expect(partition).toMatchObject({ committed: null, tally: null, unknown: 0, inFlight: 80, expired: 20, balanced: true });
  });

  it('has what the log dropped before it was handled as expired, and not in flight', async () => {
    const { partitions: [partition] } = await of({ first: 80, end: 100 }, { offset: 70, tally: tally({ stored: 70 }) });
    expect(partition).toMatchObject({ expired: 10, inFlight: 20, balanced: true });
  });

  it('does not guess at what somebody else’s consumer did', async () => {
    const { partitions: [partition], totals } = await of({ first: 0, end: 100 }, { offset: 70, tally: null });
    expect(partition).toMatchObject({ committed: 70, tally: null, unknown: 70, inFlight: 30, balanced: true });
    expect(totals).toMatchObject({ stored: 0, dead: 0, skipped: 0, unknown: 70 });
  });

  it('adds up the partitions, in their order, and balances only if each does', async () => {
    const ledger = await ledgerOver({
      offsets: async () => [{ partition: 0, first: 0, end: 10 }, { partition: 1, first: 5, end: 20 }, { partition: 2, first: 0, end: 0 }],
      committed: async () => [{ partition: 1, offset: 12, tally: tally({ stored: 6, dead: 4, skipped: 1 }) }, { partition: 0, offset: 9, tally: tally({ stored: 8, dead: 1 }) }],
    });
    expect(ledger.partitions.map(({ partition, committed }) => [partition, committed])).toEqual([[0, 9], [1, 12], [2, null]]);
    expect(ledger.totals).toEqual({ stored: 14, dead: 5, skipped: 1, unknown: 0, inFlight: 9, expired: 0, balanced: false });
  });

  it('puts each event below the end in exactly one place', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(1_000), fc.nat(1_000), fc.option(fc.nat(1_000)), async (one, other, commit) => {
        const [first, end] = [Math.min(one, other), Math.max(one, other)];
        const offset = commit === null ? null : Math.min(commit, end);
        const { partitions: [partition] } = await of({ first, end }, offset === null ? undefined : { offset, tally: tally({ stored: offset }) });
        expect((partition?.tally?.stored ?? 0) + (partition?.inFlight ?? 0) + (partition?.expired ?? 0)).toBe(end);
        expect(partition?.balanced).toBe(true);
      }),
      { numRuns: 30 },
    );
  });

  it('reads the commits before the ends, so that a commit made meanwhile does not seem to lie beyond the end', async () => {
    let end = 10;
    const { totals } = await ledgerOver({
      offsets: async () => [{ partition: 0, first: 0, end }],
      committed: async () => {
        const offset = end;
        end += 5;
        return [{ partition: 0, offset, tally: tally({ stored: offset }) }];
      },
    });
    expect(totals).toMatchObject({ stored: 10, inFlight: 5, balanced: true });
  });

  it.each(['offsets', 'committed'] as const)('is empty while nobody has made the topic (%s says so)', async (method) => {
    const ledger = await ledgerOver({ [method]: async () => Promise.reject(new UnknownTopicError('no such topic')) });
    expect(ledger).toMatchObject({ partitions: [], totals: { stored: 0, dead: 0, skipped: 0, unknown: 0, inFlight: 0, expired: 0, balanced: true } });
  });

  it('fails while the log is away: it does not show an empty ledger', async () => {
    const away = new BusUnavailableError('away');
    await expect(ledgerOver({ offsets: async () => Promise.reject(away) })).rejects.toBe(away);
  });
});
