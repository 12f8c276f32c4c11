import { RateMeter } from '../../../../src/modules/ingestion/rate-meter.js';

describe('the rate meter', () => {
  it('tells a steady rate', () => {
    const meter = new RateMeter(0);
    for (let ms = 0; ms < 60_000; ms += 100) meter.add(2, ms);
    expect(meter.perSecond(60_000)).toBeCloseTo(20, 0);
  });

  it('tells it from the first seconds on', () => {
    const meter = new RateMeter(5_000);
    meter.add(30, 5_100);
    expect(meter.perSecond(8_000)).toBeCloseTo(10, 5);
  });

  it('forgets what is older than ten seconds, also after a long silence', () => {
    const meter = new RateMeter(0);
    meter.add(1_000, 500);
    expect(meter.perSecond(9_500)).toBeGreaterThan(90);
    expect(meter.perSecond(10_500)).toBe(0);
    meter.add(1_000, 11_000);
    expect(meter.perSecond(1_000_000)).toBe(0);
  });
});
