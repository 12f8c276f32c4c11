import { copyFileSync, openSync, closeSync, readFileSync, statSync, truncateSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import { SqliteEventBusProbe } from '../../src/adapters/event-bus-sqlite/sqlite-event-bus.probe.js';
import { NewerDataError } from '../../src/adapters/shared/sqlite-schema.js';
import { DamagedDataError, DiskFullError } from '../../src/domain/errors.js';
import { BusUnavailableError } from '../../src/ports/event-bus.errors.js';
import { aSpec, anEvent, events, readAll, Reading, valuesOf } from '../contracts/event-bus/harness.js';
import { describeHealthProbe } from '../contracts/health-probe.contract.js';
import { eventually } from '../support/eventually.js';
import { holdLock, tamper } from '../support/file-lock.js';
import { SkippingClock } from '../support/skipping-clock.js';
import { SqliteBus } from '../support/sqlite-bus.js';
import { temporaryFolder } from '../support/temporary-folder.js';

Logger.overrideLogger(false);

const logOf = (bus: SqliteBus) => join(bus.dataDir, 'log.db');
const largeEvents = (count: number) => Array.from({ length: count }, (_, index) => anEvent(`${index}:`.padEnd(4_000, 'x'), `key-${index}`));

/** A bus with a topic of some events, and the disk as full as it is then. */
async function aFullDisk(bus: SqliteBus): Promise<{ topic: string; makeRoom: () => void }> {
  const { name: topic } = aSpec();
  await bus.topics.ensure([aSpec({ name: topic })]);
  await bus.publisher.publish(topic, events(3, { key: 'k' }));
  const { sqlite } = bus.files.fileOf(topic);
  sqlite.exec(`PRAGMA max_page_count = ${sqlite.numberOf('PRAGMA page_count') + 2}`);
  return { topic, makeRoom: () => sqlite.exec('PRAGMA max_page_count = 1000000') };
}

describe('a full disk', () => {
  it('rejects what does not fit whole, keeps everything readable, and takes more once there is room', async () => {
    const bus = await SqliteBus.open();
    const { topic, makeRoom } = await aFullDisk(bus);
    await expect(bus.publisher.publish(topic, largeEvents(50))).rejects.toBeInstanceOf(DiskFullError);
    expect(valuesOf(await readAll(bus.log, topic))).toEqual(valuesOf(events(3)));
    makeRoom();
    await bus.publisher.publish(topic, [anEvent('there is room')]);
    expect(valuesOf(await readAll(bus.log, topic))).toEqual([...valuesOf(events(3)), 'there is room']);
    await bus.close();
  });

  it('rejects all calls of a shared transaction, and none is half there', async () => {
    const bus = await SqliteBus.open();
    const { topic } = await aFullDisk(bus);
    const outcomes = await Promise.allSettled(largeEvents(20).map((event) => bus.publisher.publish(topic, [event])));
    const published = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? outcome.value : []));
    for (const outcome of outcomes) if (outcome.status === 'rejected') expect(outcome.reason).toBeInstanceOf(DiskFullError);
    expect(await readAll(bus.log, topic)).toHaveLength(3 + published.length);
    await bus.close();
  });
});

describe('a damaged data file', () => {
  async function aFileWith(count: number): Promise<{ dataDir: string; path: string; topic: string }> {
    const bus = await SqliteBus.open();
    const { name: topic } = aSpec();
    await bus.topics.ensure([aSpec({ name: topic })]);
    for (let published = 0; published < count; published += 100) await bus.publisher.publish(topic, largeEvents(Math.min(100, count - published)));
    await bus.close();
    return { dataDir: bus.dataDir, path: logOf(bus), topic };
  }

  function scribble(path: string, at: number): void {
    const file = openSync(path, 'r+');
    writeSync(file, Buffer.alloc(4_096, 0x5a), 0, 4_096, at);
    closeSync(file);
  }

  it.each([
    ['is no database', (path: string) => writeFileSync(path, 'this was a log once, before somebody edited it by hand'.repeat(100))],
    ['lost its header', (path: string) => scribble(path, 0)],
    ['was cut short', (path: string) => truncateSync(path, 8_192)],
    ['has a page of rubbish', (path: string) => scribble(path, Math.floor(statSync(path).size / 4_096 / 2) * 4_096)],
  ])('that %s is refused at open, and not written to', async (_, damage) => {
    const { dataDir, path } = await aFileWith(60);
    damage(path);
    const before = readFileSync(path);
    const refusal: unknown = await SqliteBus.open({ dataDir }).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(DamagedDataError);
    expect((refusal as DamagedDataError).message).toContain(path);
    expect((refusal as DamagedDataError).remedy).toMatch(/restore/);
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  it('that is too large to be read whole at open is refused when the damage is met, and takes nothing more', async () => {
    const { dataDir, path, topic } = await aFileWith(9_000);
    expect(statSync(path).size).toBeGreaterThan(33 * 1024 * 1024);
    for (let page = 1_000; page < 7_000; page += 100) scribble(path, page * 4_096);
    const bus = await SqliteBus.open({ dataDir });
    const probe = new SqliteEventBusProbe(bus.files, bus.clock);
    expect(await probe.check()).toMatchObject({ status: 'up' });
    const { consumer } = await bus.openConsumer();
    await expect(readAll(bus.log, topic)).rejects.toBeInstanceOf(DamagedDataError);
    await expect(bus.publisher.publish(topic, [anEvent('never')])).rejects.toBeInstanceOf(DamagedDataError);
    expect(await probe.check()).toMatchObject({ status: 'down', code: 'data.damaged' });
    const reading = new Reading(consumer, { topic, group: 'group' });
    await expect(reading.ended()).rejects.toBeInstanceOf(DamagedDataError);
    await bus.close();
  });

  it('of the heartbeats is set aside and begun anew: it is worth nothing, and keeps nobody from the log', async () => {
    const dataDir = temporaryFolder();
    const path = join(dataDir, 'heartbeats.db');
    writeFileSync(path, 'rubbish'.repeat(1_000));
    const bus = await SqliteBus.open({ dataDir });
    await bus.topics.ensure([aSpec({ name: 'a_heartbeats' })]);
    await bus.publisher.publish('a_heartbeats', [anEvent('alive')]);
    expect(valuesOf(await readAll(bus.log, 'a_heartbeats'))).toEqual(['alive']);
    expect(readFileSync(`${path}.damaged`, 'utf8')).toBe('rubbish'.repeat(1_000));
    await bus.close();
  });
});

describe('a data file of a newer version', () => {
  it('is refused with both versions, and not touched', async () => {
    const bus = await SqliteBus.open();
    await bus.close();
    tamper(logOf(bus), 'PRAGMA user_version = 99');
    const copy = join(temporaryFolder(), 'before.db');
    copyFileSync(logOf(bus), copy);
    const refusal: unknown = await SqliteBus.open({ dataDir: bus.dataDir }).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(NewerDataError);
    expect((refusal as NewerDataError).message).toMatch(/version 99, this one knows 2/);
    expect(readFileSync(logOf(bus)).equals(readFileSync(copy))).toBe(true);
  });
});

describe('a lock held by another process', () => {
  it('is waited out', async () => {
    const bus = await SqliteBus.open();
    const { name: topic } = aSpec();
    await bus.topics.ensure([aSpec({ name: topic })]);
    const release = holdLock(logOf(bus));
    const publishing = Promise.all([bus.publisher.publish(topic, [anEvent('a')]), bus.publisher.publish(topic, [anEvent('b')])]);
    await eventually(() => expect(bus.files.fileOf(topic).writer.lockedForMs()).toBeGreaterThan(100));
    expect(await readAll(bus.log, topic)).toEqual([]);
    release();
    await publishing;
    expect(valuesOf(await readAll(bus.log, topic))).toEqual(['a', 'b']);
    await bus.close();
  });

  it('ends the patience of a call that may be made again', async () => {
    const bus = await SqliteBus.open({ lockPatienceMs: 250 });
    const { name: topic } = aSpec();
    await bus.topics.ensure([aSpec({ name: topic })]);
    const release = holdLock(logOf(bus));
    await expect(bus.publisher.publish(topic, [anEvent('a')])).rejects.toBeInstanceOf(BusUnavailableError);
    await expect(bus.topics.ensure([aSpec()])).rejects.toBeInstanceOf(BusUnavailableError);
    release();
    await bus.publisher.publish(topic, [anEvent('a')]);
    expect(valuesOf(await readAll(bus.log, topic))).toEqual(['a']);
    await bus.close();
  });

  it('lets a call be aborted while it waits', async () => {
    const bus = await SqliteBus.open();
    const { name: topic } = aSpec();
    await bus.topics.ensure([aSpec({ name: topic })]);
    const release = holdLock(logOf(bus));
    const stop = new AbortController();
    const reason = new Error('never mind');
    const publishing = bus.publisher.publish(topic, [anEvent('a')], stop.signal);
    await eventually(() => expect(bus.files.fileOf(topic).writer.lockedForMs()).toBeGreaterThan(0));
    stop.abort(reason);
    await expect(publishing).rejects.toBe(reason);
    release();
    await bus.close();
  });

  it('does not make a consumer hand over again what it has handled', async () => {
    const bus = await SqliteBus.open();
    const { name: topic } = aSpec();
    await bus.topics.ensure([aSpec({ name: topic })]);
    await bus.publisher.publish(topic, events(3, { key: 'k' }));
    const { consumer } = await bus.openConsumer({ leaseMs: 60_000 });
    let release = () => {};
    const reading = new Reading(consumer, { topic, group: 'group' }, async (batch) => {
      release = holdLock(logOf(bus));
      return { stored: batch.events.length, dead: 0, skipped: 0 };
    });
    await eventually(() => expect(reading.batches).toHaveLength(1));
    await eventually(() => expect(bus.log.committed(topic, 'group')).resolves.toEqual([]));
    release();
    await eventually(async () => expect((await bus.log.committed(topic, 'group'))[0]?.offset).toBe(3));
    expect(reading.batches).toHaveLength(1);
    await reading.stop();
    await bus.close();
  });
});

describeHealthProbe('the embedded log', 'event-bus', async () => {
  const clock = new SkippingClock();
  const bus = await SqliteBus.open({ clock, lockPatienceMs: 60_000 });
  const { topic, makeRoom } = await aFullDisk(bus);
  makeRoom();
  const { sqlite, writer } = bus.files.fileOf(topic);
  let release = () => {};
  const tick = () => bus.publisher.publish(topic, [anEvent('tick')]);
  return {
    probe: new SqliteEventBusProbe(bus.files, clock),
    breakages: [
      {
        what: 'a full disk',
        status: 'degraded',
        code: 'data.disk-full',
        names: /log\.db/,
        cause: async () => {
          sqlite.exec(`PRAGMA max_page_count = ${sqlite.numberOf('PRAGMA page_count')}`);
          await expect(bus.publisher.publish(topic, largeEvents(20))).rejects.toBeInstanceOf(DiskFullError);
        },
        mend: async () => {
          makeRoom();
          await tick();
        },
      },
      {
        what: 'a lock that another process keeps',
        status: 'down',
        code: 'data.locked',
        names: /log\.db has been locked by another process for \d+ s/,
        cause: async () => {
          release = holdLock(logOf(bus));
          tick().catch(() => undefined);
          await eventually(() => expect(writer.lockedForMs()).toBeGreaterThan(0));
          clock.skip(6_000);
        },
        mend: async () => {
          release();
          await tick();
        },
      },
    ],
    close: () => bus.close(),
  };
});

describe('the health probe of the embedded log', () => {
  it('does not mind a lock that is held for less than five seconds', async () => {
    const clock = new SkippingClock();
    const bus = await SqliteBus.open({ clock });
    const probe = new SqliteEventBusProbe(bus.files, clock);
    const release = holdLock(logOf(bus));
    const making = bus.topics.ensure([aSpec()]);
    await eventually(() => expect(bus.files.fileOf('any').writer.lockedForMs()).toBeGreaterThan(0));
    clock.skip(4_000);
    expect(await probe.check()).toMatchObject({ status: 'up', code: null });
    release();
    await making;
    await bus.close();
  });
});
