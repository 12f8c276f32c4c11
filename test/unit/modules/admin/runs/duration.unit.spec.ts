import { durationMs } from '../../../../../src/modules/admin/runs/duration.js';

describe('durationMs', () => {
  it.each([
    ['500ms', 500],
    ['60s', 60_000],
    ['10m', 600_000],
    ['1h', 3_600_000],
    ['1.5h', 5_400_000],
    ['30', 30_000],
    [30, 30_000],
    [0.25, 250],
    ['0s', 0],
  ])('of %j is %d', (given, ms) => {
    expect(durationMs(given)).toBe(ms);
  });

  it.each(['', 's', '60 s', '-60s', '1d', '1e3s', '60S', '0x10', 'Infinity', Number.NaN, -1, 1e21, null, undefined, true, {}, ['60s'], '1'.repeat(1_000)])('of %j is none', (given) => {
    expect(durationMs(given)).toBeNaN();
  });
});
