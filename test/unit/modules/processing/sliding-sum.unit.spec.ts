import { SlidingSum } from '../../../../src/modules/processing/sliding-sum.js';
import { FakeClock } from '../../../support/fake-clock.js';

describe('SlidingSum', () => {
  it('adds up what came within the window and forgets what is older', async () => {
    const clock = new FakeClock();
    const sum = new SlidingSum(clock, 10_000, 10);
    sum.add(1);
    await clock.advance(4_000);
    sum.add(2);
    expect(sum.total()).toBe(3);

    await clock.advance(5_999);
    expect(sum.total()).toBe(3);
    await clock.advance(1);
    expect(sum.total()).toBe(2);
    await clock.advance(4_000);
    expect(sum.total()).toBe(0);
  });

  it('is empty after a long silence and counts anew', async () => {
    const clock = new FakeClock();
    const sum = new SlidingSum(clock, 10_000, 10);
    sum.add(5);
    await clock.advance(3_600_000);
    expect(sum.total()).toBe(0);

    sum.add(7);
    expect(sum.total()).toBe(7);
  });

  it('can be cleared', () => {
    const sum = new SlidingSum(new FakeClock(), 10_000, 10);
    sum.add(5);
    sum.clear();

    expect(sum.total()).toBe(0);
  });
});
