import { AdaptiveFlight } from '../../../../src/adapters/user-repository-cassandra/adaptive-flight.js';
import { FakeClock } from '../../../support/fake-clock.js';

const tooMuch = new Error('overloaded');
const isTooMuch = (error: unknown) => error === tooMuch;
const succeed = async () => undefined;
const fail = (error: Error) => () => Promise.reject(error);

/** Starts `count` works that end only when told to. */
function hold(flight: AdaptiveFlight, count: number) {
  let flying = 0;
  const ends: (() => void)[] = [];
  const all = Array.from({ length: count }, () =>
    flight.run(() => {
      flying += 1;
      return new Promise<void>((resolve) =>
        ends.push(() => {
          flying -= 1;
          resolve();
        }),
      );
    }, isTooMuch),
  );
  return { all, flying: () => flying, endOne: () => ends.shift()?.() };
}
const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('AdaptiveFlight', () => {
  it('lets no more fly than its width, and the next as soon as one has landed', async () => {
    const flight = new AdaptiveFlight(new FakeClock(), { start: 3 });
    const { all, flying, endOne } = hold(flight, 5);
    await settled();
    expect(flying()).toBe(3);

    endOne();
    await settled();
    expect(flying()).toBe(3);
    for (let left = 4; left > 0; left -= 1) {
      endOne();
      await settled();
    }
    await Promise.all(all);
    expect(flying()).toBe(0);
  });

  it('grows by one for each full round of successes, and never beyond its most', async () => {
    const flight = new AdaptiveFlight(new FakeClock(), { start: 2, most: 4 });
    for (const [successes, width] of [[1, 2], [1, 3], [2, 3], [1, 4], [100, 4]] as const) {
      for (let time = 0; time < successes; time += 1) await flight.run(succeed, isTooMuch);
      expect(flight.width).toBe(width);
    }
  });

  it('halves when it was too much, once for all that was sent before, down to its least', async () => {
    const clock = new FakeClock();
    const flight = new AdaptiveFlight(clock, { start: 32, least: 2, settleMs: 200 });
    const overload = () => flight.run(fail(tooMuch), isTooMuch).catch(() => undefined);
    await Promise.all(Array.from({ length: 20 }, overload));
    expect(flight.width).toBe(16);

    for (const width of [8, 4, 2, 2]) {
      await clock.advance(200);
      await overload();
      expect(flight.width).toBe(width);
    }
  });

  it('takes no notice of other failures, and passes them on', async () => {
    const flight = new AdaptiveFlight(new FakeClock(), { start: 8 });
    await expect(flight.run(fail(new Error('syntax')), isTooMuch)).rejects.toThrow('syntax');
    expect(flight.width).toBe(8);
    await expect(flight.run(fail(tooMuch), isTooMuch)).rejects.toBe(tooMuch);
  });

  it('frees the place of what failed', async () => {
    const flight = new AdaptiveFlight(new FakeClock(), { start: 1, least: 1 });
    const failing = Array.from({ length: 5 }, () => flight.run(fail(tooMuch), isTooMuch).catch(() => 'failed'));
    expect(await Promise.all(failing)).toEqual(Array(5).fill('failed'));
    await expect(flight.run(async () => 'done', isTooMuch)).resolves.toBe('done');
  });

  it('begins with 32 and never has more than 256 under way', async () => {
    const flight = new AdaptiveFlight(new FakeClock());
    expect(flight.width).toBe(32);
    for (let time = 0; time < 40_000; time += 1) await flight.run(succeed, isTooMuch);
    expect(flight.width).toBe(256);
    const { flying, all, endOne } = hold(flight, 1_000);
    await settled();
    expect(flying()).toBe(256);
    while (flying() > 0) {
      endOne();
      await settled();
    }
    await Promise.all(all);
  });
});
