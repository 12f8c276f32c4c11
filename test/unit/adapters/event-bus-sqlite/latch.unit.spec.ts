import { Latch } from '../../../../src/adapters/event-bus-sqlite/latch.js';
import { FakeClock } from '../../../support/fake-clock.js';

async function isPending(promise: Promise<void>): Promise<boolean> {
  return Promise.race([promise.then(() => false), new Promise<boolean>((resolve) => setImmediate(() => resolve(true)))]);
}

describe('Latch', () => {
  it('hears what was rung before, once', async () => {
    const latch = new Latch();
    latch.ring();
    latch.ring();
    await latch.heard();
    const again = latch.heard();
    expect(await isPending(again)).toBe(true);
    latch.ring();
    expect(await isPending(again)).toBe(false);
  });

  it('waits no longer than it was told, and leaves no timer behind', async () => {
    const clock = new FakeClock();
    const latch = new Latch();
    const timed = latch.heardWithin(100, clock);
    await clock.advance(99);
    expect(await isPending(timed)).toBe(true);
    await clock.advance(1);
    expect(await isPending(timed)).toBe(false);

    const rung = latch.heardWithin(100, clock);
    latch.ring();
    await rung;
    await clock.advance(200);
    expect(await isPending(latch.heard())).toBe(true);
  });
});
