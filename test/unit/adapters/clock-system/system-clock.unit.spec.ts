import { jest } from '@jest/globals';
import { SystemClock } from '../../../../src/adapters/clock-system/system-clock.js';

const clock = new SystemClock();
const YEAR_MS = 31_556_952_000;

describe('the system clock', () => {
  afterEach(() => jest.restoreAllMocks());

  it('sleeps as long as it was told to', async () => {
    const from = clock.monotonic();
    await clock.sleep(20);
    expect(clock.monotonic() - from).toBeGreaterThanOrEqual(20);
  });

  it.each([0, -1])('does not sleep for %i ms', async (ms) => {
    const timer = jest.spyOn(globalThis, 'setTimeout');
    await clock.sleep(ms);
    expect(timer).not.toHaveBeenCalled();
  });

  it('wakes up when the signal aborts, and leaves no timer behind', async () => {
    const cleared = jest.spyOn(globalThis, 'clearTimeout');
    const stop = new AbortController();
    const slept = clock.sleep(YEAR_MS, stop.signal);
    stop.abort();
    await slept;
    expect(cleared).toHaveBeenCalledTimes(1);
    await expect(clock.sleep(YEAR_MS, stop.signal)).resolves.toBeUndefined();
  });

  it('sets no timer that is longer than a timer can be', async () => {
    const timer = jest.spyOn(globalThis, 'setTimeout');
    const stop = new AbortController();
    const slept = clock.sleep(YEAR_MS, stop.signal);
    expect(timer.mock.calls.map(([, ms]) => ms)).toEqual([2 ** 31 - 1]);
    stop.abort();
    await slept;
  });
});
