import fc from 'fast-check';
import { LatencyHistogram } from '../../../../src/modules/processing/latency-histogram.js';
import { FakeClock } from '../../../support/fake-clock.js';

describe('LatencyHistogram', () => {
  it('says nothing without a sample', () => {
    expect(new LatencyHistogram(new FakeClock()).percentiles()).toBeNull();
  });

  it('is exact below 128 ms', () => {
    const histogram = new LatencyHistogram(new FakeClock());
    for (let ms = 1; ms <= 100; ms += 1) histogram.record(ms);

    expect(histogram.percentiles()).toEqual({ p50: 50, p99: 99 });
  });

  it('is exact to a sixteenth above, whatever the duration', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 31 - 1 }), (ms) => {
        const histogram = new LatencyHistogram(new FakeClock());
        histogram.record(ms);

        const { p50 = -1, p99 } = histogram.percentiles() ?? {};
        expect(p50).toBeLessThanOrEqual(ms);
        expect(p50).toBeGreaterThanOrEqual(ms < 128 ? ms : ms - ms / 16);
        expect(p99).toBe(p50);
      }),
    );
  });

  it('takes a negative duration as none and an endless one as the longest', () => {
    const histogram = new LatencyHistogram(new FakeClock());
    histogram.record(-5);
    expect(histogram.percentiles()).toEqual({ p50: 0, p99: 0 });

    histogram.record(Number.MAX_SAFE_INTEGER);
    expect(histogram.percentiles()?.p99).toBeGreaterThan(2 ** 30);
  });

  it('lets samples go after one to two minutes', async () => {
    const clock = new FakeClock();
    const histogram = new LatencyHistogram(clock);
    histogram.record(1);
    await clock.advance(60_000);
    histogram.turn();
    histogram.record(2);
    histogram.record(2);
    histogram.record(2);
    expect(histogram.percentiles()).toEqual({ p50: 2, p99: 2 });

    await clock.advance(60_000);
    expect(histogram.percentiles()).toEqual({ p50: 2, p99: 2 });
    await clock.advance(60_000);
    expect(histogram.percentiles()).toBeNull();
  });

  it('keeps samples for a minute at least', async () => {
    const clock = new FakeClock();
    const histogram = new LatencyHistogram(clock);
    await clock.advance(59_000);
    histogram.record(9);
    await clock.advance(60_000);

    expect(histogram.percentiles()).toEqual({ p50: 9, p99: 9 });
  });

  it('is empty after a long silence', async () => {
    const clock = new FakeClock();
    const histogram = new LatencyHistogram(clock);
    histogram.record(9);
    await clock.advance(120_000);
    expect(histogram.percentiles()).toBeNull();

    histogram.record(7);
    await clock.advance(60_000);
    expect(histogram.percentiles()).toEqual({ p50: 7, p99: 7 });
  });
});
