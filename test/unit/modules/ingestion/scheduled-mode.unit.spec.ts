import { jest } from '@jest/globals';
import { SchedulerRegistry } from '@nestjs/schedule';
import { SystemClock } from '../../../../src/adapters/clock-system/system-clock.js';
import { type Window } from '../../../../src/domain/run.js';
import { CronSlots, INGESTION_JOB } from '../../../../src/modules/ingestion/cron-slots.js';
import { FakeClock } from '../../../support/fake-clock.js';
import { World } from './ingesting.js';

/** Fake timers for what cron itself takes from the machine; promises and immediates go on. */
function machineTime(iso: string): void {
  jest.useFakeTimers({ now: new Date(iso), doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask', 'performance'] });
}

/** Nobody looks at it by himself: the job's own timer alone notices a slot. */
class UnwatchedClock extends SystemClock {
  override sleep(): Promise<void> {
    return new Promise(() => undefined);
  }
}

async function turns(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

afterEach(() => {
  jest.useRealTimers();
});

describe('the slots of a cron expression', () => {
  const closing = () => new AbortController();

  function taken(cron: string, timezone: string, signal: AbortSignal, registry = new SchedulerRegistry()): Window[] {
    const windows: Window[] = [];
    void (async () => {
      for await (const { window } of new CronSlots(new UnwatchedClock(), registry, { cron, timezone, windowMs: 60_000 }).open(signal)) windows.push(window);
    })();
    return windows;
  }

  it('begin at the scheduled second, each day in its time zone', async () => {
    machineTime('2026-03-28T20:00:00Z');
    const stop = closing();
    const windows = taken('0 0 * * *', 'Europe/Berlin', stop.signal);
    await jest.advanceTimersByTimeAsync(49 * 3_600_000);
    expect(windows.map(({ startMs }) => new Date(startMs).toISOString())).toEqual(['2026-03-28T23:00:00.000Z', '2026-03-29T22:00:00.000Z']);
    expect(windows.map(({ startMs, endMs }) => endMs - startMs)).toEqual([60_000, 60_000]);
    stop.abort();
    await turns();
  });

  it('keep their second though the timer fires late', async () => {
    machineTime('2026-01-01T00:00:30.400Z');
    const stop = closing();
    const windows = taken('* * * * *', 'UTC', stop.signal);
    jest.setSystemTime(new Date('2026-01-01T00:00:33.400Z'));
    await jest.advanceTimersByTimeAsync(29_600);
    expect(windows.map(({ startMs }) => new Date(startMs).toISOString())).toEqual(['2026-01-01T00:01:00.000Z']);
    stop.abort();
    await turns();
  });

  it('are a job in the registry of the scheduler, until the signal aborts', async () => {
    machineTime('2026-01-01T00:00:00Z');
    const stop = closing();
    const registry = new SchedulerRegistry();
    taken('* * * * *', 'UTC', stop.signal, registry);
    await turns();
    expect(registry.getCronJob(INGESTION_JOB).isActive).toBe(true);
    stop.abort();
    await turns();
    expect(registry.doesExist('cron', INGESTION_JOB)).toBe(false);
  });
});

describe('scheduled ingestion', () => {
  it('publishes nothing before its time, then for a window, then nothing', async () => {
    machineTime('2025-12-31T23:59:59.000Z');
    const world = new World(new FakeClock(Date.UTC(2025, 11, 31, 23, 59, 59)));
    const ingestion = await world.start({ mode: 'scheduled', cron: '0 0 * * *', windowMs: 60_000 });
    expect(ingestion.module.get(SchedulerRegistry, { strict: false }).doesExist('cron', INGESTION_JOB)).toBe(true);
    await world.clock.advance(100);
    expect(world.published()).toHaveLength(0);
    await jest.advanceTimersByTimeAsync(1_000);
    await world.clock.advance(120_000);
    expect(ingestion.runs()).toMatchObject([{ trigger: 'slot', outcome: 'succeeded', plan: { firstPage: 1, lastPage: 15, window: { startMs: Date.UTC(2026, 0, 1) } }, progress: { published: 300 } }]);
    await world.end();
  });

  describe('on a machine whose timers stand still', () => {
    let world: World;
    beforeEach(() => {
      machineTime('2026-01-01T00:00:00Z');
      world = new World();
    });
    afterEach(() => world.end());

    const start = () => world.start({ mode: 'scheduled', cron: '0 10 * * *', windowMs: 3_600_000 });
    const slots = (ingestion: Awaited<ReturnType<typeof start>>) => ingestion.runs().map(({ plan, outcome, code }) => [new Date(plan.window.startMs).toISOString(), outcome, code]);

    it('takes up a slot within seconds of waking in its window, once', async () => {
      const ingestion = await start();
      world.clock.jump(10 * 3_600_000 + 600_000);
      await world.clock.advance(5_000);
      expect(slots(ingestion)).toEqual([['2026-01-01T10:00:00.000Z', null, null]]);
      await jest.advanceTimersByTimeAsync(11 * 3_600_000);
      await world.clock.advance(20_000);
      expect(slots(ingestion)).toHaveLength(1);
    });

    it('says that nobody was awake in the window of the slot, and goes on with the next', async () => {
      const ingestion = await start();
      world.clock.jump(12 * 3_600_000);
      await world.clock.advance(5_000);
      expect(ingestion.runs()).toMatchObject([{ outcome: 'skipped', code: 'run.missed', reason: expect.stringContaining('nobody was awake') as string }]);
      world.clock.jump(22 * 3_600_000);
      await world.clock.advance(5_000);
      expect(slots(ingestion)).toEqual([['2026-01-01T10:00:00.000Z', 'skipped', 'run.missed'], ['2026-01-02T10:00:00.000Z', null, null]]);
    });

    it('begins again where it was set to when the clock is set back', async () => {
      world.clock.jump(48 * 3_600_000);
      const ingestion = await start();
      world.clock.jump(-48 * 3_600_000);
      await world.clock.advance(5_000);
      world.clock.jump(10 * 3_600_000);
      await world.clock.advance(5_000);
      expect(slots(ingestion)).toEqual([['2026-01-01T10:00:00.000Z', null, null]]);
    });
  });
});
