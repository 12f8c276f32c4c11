import hdr from 'hdr-histogram-js';
import { Legs } from '../../../../scripts/bench/lib/legs.mjs';

describe('the legs of an event', () => {
  it('tells percentiles in milliseconds, to a thousandth, each leg for itself', () => {
    const legs = new Legs();
    for (let micros = 1; micros <= 100_000; micros += 1) legs.record('stored', micros);
    legs.record('received', 7);
    const { stored, received } = legs.toJSON();
    expect(stored).toMatchObject({ count: 100_000 });
    for (const [name, ms] of [['p50', 50], ['p90', 90], ['p99', 99], ['p999', 99.9], ['max', 100]] as const) {
      expect(Math.abs((stored?.[name] ?? NaN) - ms)).toBeLessThanOrEqual(ms / 1_000);
    }
    expect(received).toMatchObject({ count: 1, p50: 0.007, max: 0.007 });
  });

  it('names no percentile above the highest value', () => {
    const legs = new Legs();
    for (const micros of [1, 34_220_123]) legs.record('stored', micros);
    const { stored } = legs.toJSON();
    expect(stored?.p999).toBeLessThanOrEqual(stored?.max ?? NaN);
  });

  it('takes what a clock of milliseconds puts before its beginning for nothing, and what never ends for ten minutes', () => {
    const legs = new Legs();
    legs.record('appended', -800);
    legs.record('appended', 1e12);
    const { appended } = legs.toJSON();
    expect(appended).toMatchObject({ count: 2, p50: 0 });
    expect(appended?.max).toBeCloseTo(600_000, -3);
  });

  it('carries the whole histogram in the encoding of such histograms', () => {
    const legs = new Legs();
    for (const micros of [10, 20, 30]) legs.record('stored', micros);
    const { stored } = legs.toJSON();
    const decoded = hdr.decodeFromCompressedBase64(stored?.histogram ?? '');
    expect([decoded.totalCount, decoded.minNonZeroValue, decoded.maxValue]).toEqual([3, 10, 30]);
  });
});
