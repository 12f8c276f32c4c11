import { Backoff, fullJitterMs } from '../../../../src/adapters/shared/backoff.js';
import { FakeClock } from '../../../support/fake-clock.js';

const limits = { baseMs: 100, maxMs: 1_000 };
const almostOne = () => 0.999_999;

describe('fullJitterMs', () => {
  it('doubles the ceiling with each failure, up to the maximum', () => {
    const ceilings = [1, 2, 3, 4, 5, 50].map((attempt) => Math.round(fullJitterMs(attempt, limits, almostOne)));
    expect(ceilings).toEqual([100, 200, 400, 800, 1_000, 1_000]);
  });

  it('takes any wait from nothing up to the ceiling', () => {
    expect(fullJitterMs(3, limits, () => 0)).toBe(0);
    expect(fullJitterMs(3, limits, () => 0.5)).toBe(200);
  });
});

describe('Backoff', () => {
  it('grows from failure to failure and starts again after a success', () => {
    const backoff = new Backoff(limits, () => 0.5);
    expect([backoff.nextMs(), backoff.nextMs(), backoff.nextMs()]).toEqual([50, 100, 200]);
    expect(backoff.attempts).toBe(3);
    backoff.reset();
    expect(backoff.attempts).toBe(0);
    expect(backoff.nextMs()).toBe(50);
  });

  it('waits by the clock it is given, and no longer than the signal lets it', async () => {
    const clock = new FakeClock();
    const backoff = new Backoff(limits, () => 0.5);
    const waited = backoff.wait(clock).then(() => clock.monotonic());
    await clock.advance(500);
    expect(await waited).toBe(50);

    const stop = new AbortController();
    const cut = backoff.wait(clock, stop.signal).then(() => clock.monotonic());
    stop.abort();
    expect(await cut).toBe(500);
  });
});
