import { Pace } from '../../../../src/modules/ingestion/pace.js';

const plan = { rate: 5, pageSize: 20, window: { startMs: 1_000_000, endMs: 1_040_000 } };

describe('the pace of an attempt', () => {
  it('counts from the start of the slot, however late the attempt begins inside its window', () => {
    const pace = new Pace(plan, { startedAtMs: 1_017_000, firstPage: 3 });
    expect([3, 4, 5, 6].map((page) => pace.dueMs(page, null))).toEqual([1_008_000, 1_012_000, 1_016_000, 1_020_000]);
    expect(pace.endMs).toBe(1_040_000);
  });

  it('lets overdue pages follow each other at twice the rate, and no faster', () => {
    const pace = new Pace(plan, { startedAtMs: 1_017_000, firstPage: 1 });
    expect(pace.dueMs(2, 1_017_000)).toBe(1_019_000);
    expect(pace.dueMs(2, 1_001_000)).toBe(1_004_000);
  });

  it('counts from the start of an attempt that begins after its window, at the rate of the plan', () => {
    const pace = new Pace(plan, { startedAtMs: 1_040_000, firstPage: 3 });
    expect([3, 4, 10].map((page) => pace.dueMs(page, null))).toEqual([1_040_000, 1_044_000, 1_068_000]);
    expect(pace.endMs).toBe(1_080_000);
  });

  it.each([
    ['a day before its window', 1_000_000 - 86_400_000, 1],
    ['in its window, but before what is next of it was due', 1_001_000, 8],
  ])('counts from the start of an attempt %s: the clock was ahead when it was planned', (_, startedAtMs, firstPage) => {
    const pace = new Pace(plan, { startedAtMs, firstPage });
    expect(pace.isEarly).toBe(true);
    expect([0, 1, 2].map((more) => pace.dueMs(firstPage + more, null) - startedAtMs)).toEqual([0, 4_000, 8_000]);
    expect(pace.endMs).toBe(startedAtMs + 40_000);
  });

  it('is kept by an attempt that goes on after a page that went out in time', () => {
    const pace = new Pace(plan, { startedAtMs: 1_008_100, firstPage: 4 });
    expect(pace.isEarly).toBe(false);
    expect(pace.dueMs(4, null)).toBe(1_012_000);
  });

  it('is none at rate 0', () => {
    const pace = new Pace({ ...plan, rate: 0 }, { startedAtMs: 1_017_000, firstPage: 1 });
    expect(pace.dueMs(900, 1_018_000)).toBe(1_018_000);
  });
});
