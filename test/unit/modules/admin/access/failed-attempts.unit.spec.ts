import { FailedAttempts, FAILURES_PER_WINDOW, WINDOW_MS } from '../../../../../src/modules/admin/access/failed-attempts.js';
import { FakeClock } from '../../../../support/fake-clock.js';

function fail(failed: FailedAttempts, address: string, times: number): void {
  for (let time = 0; time < times; time += 1) failed.add(address);
}

describe('FailedAttempts', () => {
  it('lets an address fail so often, then says how long its window still lasts', async () => {
    const clock = new FakeClock();
    const failed = new FailedAttempts(clock);
    fail(failed, 'a', FAILURES_PER_WINDOW - 1);
    expect(failed.waitMs('a')).toBe(0);

    await clock.advance(20_000);
    failed.add('a');

    expect(failed.waitMs('a')).toBe(WINDOW_MS - 20_000);
  });

  it('begins again with the next window, also for who kept on failing', async () => {
    const clock = new FakeClock();
    const failed = new FailedAttempts(clock);
    fail(failed, 'a', FAILURES_PER_WINDOW * 3);

    await clock.advance(WINDOW_MS);
    expect(failed.waitMs('a')).toBe(0);

    failed.add('a');
    expect(failed.waitMs('a')).toBe(0);
  });

  it('limits an address again, from zero, after its first window', async () => {
    const clock = new FakeClock();
    const failed = new FailedAttempts(clock);
    fail(failed, 'a', FAILURES_PER_WINDOW);
    await clock.advance(WINDOW_MS);

    fail(failed, 'a', FAILURES_PER_WINDOW - 1);
    expect(failed.waitMs('a')).toBe(0);

    failed.add('a');
    expect(failed.waitMs('a')).toBe(WINDOW_MS);
  });

  it('counts each address by itself', () => {
    const failed = new FailedAttempts(new FakeClock());
    fail(failed, 'a', FAILURES_PER_WINDOW);

    expect(failed.waitMs('a')).toBe(WINDOW_MS);
    expect(failed.waitMs('b')).toBe(0);
  });

  it('is not put off by a jump of the wall clock', () => {
    const clock = new FakeClock();
    const failed = new FailedAttempts(clock);
    fail(failed, 'a', FAILURES_PER_WINDOW);

    clock.jump(WINDOW_MS * 10);

    expect(failed.waitMs('a')).toBe(WINDOW_MS);
  });

  it('forgets the oldest address when too many fail at once, so that its memory has an end', () => {
    const failed = new FailedAttempts(new FakeClock());
    fail(failed, 'first', FAILURES_PER_WINDOW);

    for (let address = 0; address < 10_000; address += 1) failed.add(`address ${address}`);

    expect(failed.waitMs('first')).toBe(0);
  });
});
