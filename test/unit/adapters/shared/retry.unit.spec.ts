import { retrying } from '../../../../src/adapters/shared/retry.js';
import { retryAfterMs } from '../../../../src/adapters/shared/retry-after.js';
import { HastyClock } from '../../../support/hasty-clock.js';

describe('retrying', () => {
  const signal = new AbortController().signal;
  const failing = (times: number) => {
    let left = times;
    return async () => {
      left -= 1;
      if (left >= 0) throw new Error(`failure ${times - left}`);
      return 'done';
    };
  };

  it('calls until it goes well, waiting in between', async () => {
    const clock = new HastyClock(-1);
    await expect(retrying(failing(3), (_error, attempt) => attempt * 10, clock, signal)).resolves.toBe('done');
    expect(clock.waits).toEqual([10, 20, 30]);
  });

  it('throws the failure that is not worth a wait', async () => {
    const clock = new HastyClock(-1);
    await expect(retrying(failing(3), (_error, attempt) => (attempt < 2 ? 5 : null), clock, signal)).rejects.toThrow('failure 2');
    expect(clock.waits).toEqual([5]);
  });

  it('ends a wait when it is called off, with the reason', async () => {
    const reason = new Error('stop');
    const controller = new AbortController();
    const waiting = retrying(failing(9), () => 77, new HastyClock(77), controller.signal);
    setImmediate(() => controller.abort(reason));
    await expect(waiting).rejects.toBe(reason);
  });
});

describe('retryAfterMs', () => {
  const now = Date.UTC(2026, 10, 23, 12, 0, 0);

  it.each([
    ['7', 7_000],
    [' 0 ', 0],
    ['Mon, 23 Nov 2026 12:00:30 GMT', 30_000],
    ['Mon, 23 Nov 2026 11:00:00 GMT', 0],
    ['soon', undefined],
    ['-5', undefined],
    ['1.5', undefined],
    ['2026-11-23T12:00:30Z', undefined],
    ['Mon, 99 Nov 2026 12:00:30 GMT', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('reads %j as %p', (header, expected) => {
    expect(retryAfterMs(header, now)).toBe(expected);
  });
});
