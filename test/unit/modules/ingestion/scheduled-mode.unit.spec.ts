import { jest } from '@jest/globals';
import { SchedulerRegistry } from '@nestjs/schedule';
import { type Window } from '../../../../src/domain/run.js';
import { CronSlots, INGESTION_JOB } from '../../../../src/modules/ingestion/cron-slots.js';
import { World } from './ingesting.js';

/** Fake timers for what cron itself takes from the machine; promises and immediates go on. */
function machineTime(iso: string): void {
  jest.useFakeTimers({ now: new Date(iso), doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask', 'performance'] });
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
      for await (const slot of new CronSlots(registry, { cron, timezone, windowMs: 60_000 }).open(signal)) windows.push(slot);
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
    const world = new World();
    const ingestion = await world.start({ mode: 'scheduled', cron: '0 0 * * *', windowMs: 60_000 });
    expect(ingestion.module.get(SchedulerRegistry, { strict: false }).doesExist('cron', INGESTION_JOB)).toBe(true);
    await world.clock.advance(100);
    expect(world.published()).toHaveLength(0);
    await jest.advanceTimersByTimeAsync(1_000);
    await world.clock.advance(120_000);
    expect(ingestion.runs()).toMatchObject([{ trigger: 'slot', outcome: 'succeeded', plan: { firstPage: 1, lastPage: 15, window: { startMs: Date.UTC(2026, 0, 1) } }, progress: { published: 300 } }]);
    await world.end();
  });
});
