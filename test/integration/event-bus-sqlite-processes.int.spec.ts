import { jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { BusUnavailableError } from '../../src/ports/event-bus.errors.js';
import { aSpec, anEvent, events, readAll, valuesOf } from '../contracts/event-bus/harness.js';
import { BusProcess, type BusJob } from '../support/bus-process.js';
import { eventually } from '../support/eventually.js';
import { SqliteBus } from '../support/sqlite-bus.js';

Logger.overrideLogger(false);
jest.setTimeout(60_000);

const soon = <Result>(assertion: () => Result | Promise<Result>) => eventually(assertion, { withinMs: 60_000, everyMs: 2 });

/** What is wanted and was not found. */
function missing(wanted: readonly string[], found: readonly string[]): readonly string[] {
  const known = new Set(found);
  return wanted.filter((value) => !known.has(value));
}

/** Real processes on one data file: what leases, fences and locks are for. */
describe('the event bus on SQLite, from several processes', () => {
  let bus: SqliteBus;
  let topic: string;
  let processes: BusProcess[];
  beforeEach(async () => {
    bus = await SqliteBus.open();
    processes = [];
    topic = aSpec().name;
    await bus.topics.ensure([aSpec({ name: topic, partitions: 4 })]);
  });
  afterEach(async () => {
    await Promise.all(processes.map((process) => process.kill()));
    await bus.close();
  });

  type Given<Job> = Job extends BusJob ? Omit<Job, 'dataDir' | 'topic'> : never;
  function start(job: Given<BusJob>): BusProcess {
    const process = BusProcess.start({ dataDir: bus.dataDir, topic, ...job });
    processes.push(process);
    return process;
  }

  /** A process stopped inside a write transaction would hold up everybody: that is another test. */
  async function stopBetweenWrites(process: BusProcess): Promise<void> {
    const probe = await SqliteBus.open({ dataDir: bus.dataDir, lockPatienceMs: 100 });
    await soon(async () => {
      process.signal('SIGSTOP');
      await probe.topics.ensure([aSpec()]).catch((error: unknown) => {
        process.signal('SIGCONT');
        throw error;
      });
    });
    await probe.close();
  }

  it('loses nothing when publishers and consumers are killed at work', async () => {
    const publisher = start({ does: 'publish', prefix: 'first', batches: 10_000, batchSize: 3 });
    const doomed = start({ does: 'consume', group: 'group', delayMs: 2 });
    await soon(() => expect(doomed.told.handled.length).toBeGreaterThan(40));
    const heir = start({ does: 'consume', group: 'group', delayMs: 0 });
    await soon(() => expect(heir.told.handled.length).toBeGreaterThan(0));
    await doomed.kill();
    await publisher.kill();

    const onTheLog = valuesOf(await readAll(bus.log, topic, 4));
    expect(publisher.told.published.length).toBeGreaterThan(0);
    expect(missing(publisher.told.published, onTheLog)).toEqual([]);
    expect(onTheLog).toHaveLength(new Set(onTheLog).size);
    await soon(async () => expect((await bus.log.lag(topic, 'group')).map(({ lag }) => lag)).toEqual([0, 0, 0, 0]));
    await soon(() => expect(missing(onTheLog, [...doomed.told.handled, ...heir.told.handled])).toEqual([]));
    for (const { offset, tally } of await bus.log.committed(topic, 'group')) expect(tally).toEqual({ began: 0, stored: 0, dead: 0, skipped: offset });
    heir.signal('SIGTERM');
    expect(await heir.ended()).toBe(0);
    expect(heir.errorOutput).toBe('');
  });

  it('takes over from a stopped process, refuses its commit when it goes on, and lets it back in', async () => {
    await bus.publisher.publish(topic, events(8));
    const zombie = start({ does: 'consume', group: 'group', delayMs: 1_500 });
    await soon(() => expect(zombie.told.taken.length).toBe(8));
    await stopBetweenWrites(zombie);
    const heir = start({ does: 'consume', group: 'group', delayMs: 0 });
    await soon(() => expect(new Set(heir.told.handled)).toEqual(new Set(valuesOf(events(8)))));
    const before = await soon(async () => {
      const committed = await bus.log.committed(topic, 'group');
      expect(committed.reduce((sum, { offset }) => sum + offset, 0)).toBe(8);
      return committed;
    });
    zombie.signal('SIGCONT');
    await soon(() => expect(zombie.told.aborted.length).toBeGreaterThan(0));
    await soon(() => expect(zombie.told.handled.length).toBe(8));
    expect(await bus.log.committed(topic, 'group')).toEqual(before);

    await bus.publisher.publish(topic, events(200, { prefix: 'more' }));
    await soon(() => expect(missing(valuesOf(events(200, { prefix: 'more' })), [...zombie.told.handled, ...heir.told.handled])).toEqual([]));
    await soon(() => expect(zombie.told.handled.some((value) => value.startsWith('more'))).toBe(true));
  });

  it('notices what another process publishes within milliseconds', async () => {
    const consumer = start({ does: 'consume', group: 'group', delayMs: 0 });
    await bus.publisher.publish(topic, [anEvent('warm-up')]);
    await soon(() => expect(consumer.told.handled).toEqual(['warm-up']));
    let count = 0;
    const aWait = async () => {
      const [tick, started] = [`tick-${count++}`, performance.now()];
      await bus.publisher.publish(topic, [anEvent(tick)]);
      await soon(() => expect(consumer.told.handled).toContain(tick));
      return performance.now() - started;
    };
    // Another time, since a machine may be busy for a while: polling alone would take 125 ms on average, each time.
    await soon(async () => {
      const waits: number[] = [];
      while (waits.length < 15) waits.push(await aWait());
      expect(waits.sort((a, b) => a - b)[5]).toBeLessThan(60);
    });
  });

  it('waits out a process that was stopped inside a write transaction, without blocking this one', async () => {
    const stopped = start({ does: 'lock' });
    await soon(() => expect(stopped.locked).toBe(true));
    stopped.signal('SIGSTOP');
    let published = false;
    const publishing = bus.publisher.publish(topic, [anEvent('patience')]).then(() => (published = true));
    let turns = 0;
    const started = performance.now();
    while (performance.now() - started < 1_200) {
      await new Promise((resolve) => setTimeout(resolve, 5));
      turns += 1;
    }
    expect(published).toBe(false);
    expect(turns).toBeGreaterThan(30);
    await stopped.kill();
    await publishing;
    expect(valuesOf(await readAll(bus.log, topic, 4))).toEqual(['patience']);
  });

  it('gives up on such a process after its patience, with nothing published', async () => {
    const stopped = start({ does: 'lock' });
    await soon(() => expect(stopped.locked).toBe(true));
    const impatient = await SqliteBus.open({ dataDir: bus.dataDir, lockPatienceMs: 300 });
    await expect(impatient.publisher.publish(topic, [anEvent('too late')])).rejects.toBeInstanceOf(BusUnavailableError);
    await stopped.kill();
    await impatient.publisher.publish(topic, [anEvent('now')]);
    expect(valuesOf(await readAll(bus.log, topic, 4))).toEqual(['now']);
    await impatient.close();
  });
});
