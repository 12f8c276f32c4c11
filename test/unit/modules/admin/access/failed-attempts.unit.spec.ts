import { FailedAttempts, FAILURES_PER_WINDOW, WINDOW_MS } from '../../../../../src/modules/admin/access/failed-attempts.js';
import { FakeClock } from '../../../../support/fake-clock.js';

describe('FailedAttempts', () => {
  const failing = (failed: FailedAttempts, address: string, times: number) => Array.from({ length: times }, () => failed.add(address));

  it('lets an address fail so often, then says how long its window still lasts', async () => {
    const clock = new FakeClock();
    const failed = new FailedAttempts(clock);
    expect(failing(failed, 'a', FAILURES_PER_WINDOW)).toEqual(Array.from({ length: FAILURES_PER_WINDOW }, () => 0));

    await clock.advance(20_000);

    expect(failed.add('a')).toBe(WINDOW_MS - 20_000);
  });

  it('begins again with the next window, also for who kept on failing', async () => {
    const clock = new FakeClock();
    const failed = new FailedAttempts(clock);
    failing(failed, 'a', FAILURES_PER_WINDOW * 3);

    await clock.advance(WINDOW_MS);

    expect(failed.add('a')).toBe(0);
  });

  it('counts each address by itself', () => {
    const failed = new FailedAttempts(new FakeClock());
    failing(failed, 'a', FAILURES_PER_WINDOW + 1);

    expect(failed.add('b')).toBe(0);
  });

  it('is not put off by a jump of the wall clock', () => {
    const clock = new FakeClock();
    const failed = new FailedAttempts(clock);
    failing(failed, 'a', FAILURES_PER_WINDOW);

    clock.jump(WINDOW_MS * 10);

    expect(failed.add('a')).toBe(WINDOW_MS);
  });

  it('forgets the oldest address when too many fail at once, so that its memory has an end', () => {
    const failed = new FailedAttempts(new FakeClock());
    failing(failed, 'first', FAILURES_PER_WINDOW);

    for (let address = 0; address < 10_000; address += 1) failed.add(`address ${address}`);

    expect(failed.add('first')).toBe(0);
  });
});
