import fc from 'fast-check';
import { continuousSlotAt, eventTimeMicros, firstPageDue, offsetOfPageMs, pagesOf, type Window } from '../../../src/domain/run.js';

const START = Date.UTC(2026, 5, 1);
const minute: Window = { startMs: START, endMs: START + 60_000 };
const plan = { window: minute, pageSize: 20, rate: 5 };

describe('pagesOf', () => {
  it.each([
    [5, 20, 15],
    [1, 60, 1],
    [1, 61, 1],
    [1, 59, 2],
    [0.5, 20, 2],
    [0, 20, 0],
  ])('a minute at %d users/s in pages of %i holds %i pages', (rate, pageSize, pages) => {
    expect(Math.abs(pagesOf(minute, rate, pageSize))).toBe(pages);
  });
});

describe('firstPageDue', () => {
  it.each([
    ['before the window', -1, 1],
    ['at its start', 0, 1],
    ['just before page 2 is due', 3_999, 1],
    ['when page 2 is due', 4_000, 2],
    ['in the last moment', 59_999, 15],
    ['at its end, which is after it', 60_000, 1],
    ['long after it', 3_600_000, 1],
  ])('%s', (_when, elapsedMs, page) => {
    expect(firstPageDue(minute, 5, 20, START + elapsedMs)).toBe(page);
  });

  it('is the page before which all others are due already', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 59_999 }), fc.integer({ min: 1, max: 50 }), fc.integer({ min: 1, max: 100 }), (elapsedMs, rate, pageSize) => {
      const page = firstPageDue(minute, rate, pageSize, START + elapsedMs);
      expect(offsetOfPageMs({ rate, pageSize }, page)).toBeLessThanOrEqual(elapsedMs + 1e-6);
      expect(offsetOfPageMs({ rate, pageSize }, page + 1)).toBeGreaterThan(elapsedMs - 1e-6);
    }));
  });
});

describe('offsetOfPageMs', () => {
  it('spaces pages by size over rate; at rate 0 all are due at once', () => {
    expect([1, 2, 16].map((page) => offsetOfPageMs(plan, page))).toEqual([0, 4_000, 60_000]);
    expect([1, 2, 16].map((page) => offsetOfPageMs({ pageSize: 20, rate: 0 }, page))).toEqual([0, 0, 0]);
  });
});

describe('eventTimeMicros', () => {
  it('is the moment that its plan gives it, plus its index', () => {
    expect(eventTimeMicros(plan, 1, 0)).toBe(START * 1_000);
    expect(eventTimeMicros(plan, 3, 7)).toBe((START + 8_000) * 1_000 + 7);
    expect(eventTimeMicros({ ...plan, rate: 3 }, 2, 0)).toBe(START * 1_000 + 6_666_666);
  });

  it('counts records at rate 0', () => {
    expect(eventTimeMicros({ ...plan, rate: 0 }, 3, 7)).toBe(START * 1_000 + 47);
  });

  it('is another one for each record of a plan, in order, wherever its rate leaves a microsecond each', () => {
    const records = fc.tuple(fc.integer({ min: 1, max: 200 }), fc.nat(19));
    fc.assert(fc.property(fc.constantFrom(0, 0.1, 5, 333, 1_000_000), records, records, (rate, [page, index], [otherPage, otherIndex]) => {
      const [one, other] = [eventTimeMicros({ ...plan, rate }, page, index), eventTimeMicros({ ...plan, rate }, otherPage, otherIndex)];
      expect(Number.isSafeInteger(one)).toBe(true);
      expect(Math.sign(one - other)).toBe(Math.sign(page - otherPage || index - otherIndex));
    }));
  });
});

describe('continuousSlotAt', () => {
  it('is the stretch that a moment lies in; the stretches touch', () => {
    expect(continuousSlotAt(START + 599_999, 600_000)).toEqual({ startMs: START, endMs: START + 600_000 });
    expect(continuousSlotAt(START + 600_000, 600_000)).toEqual({ startMs: START + 600_000, endMs: START + 1_200_000 });
    expect(continuousSlotAt(START, 600_000)).toEqual({ startMs: START, endMs: START + 600_000 });
  });
});
