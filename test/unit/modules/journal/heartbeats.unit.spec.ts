import { jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { DiskFullError } from '../../../../src/domain/errors.js';
import { Heartbeats } from '../../../../src/modules/journal/heartbeats.js';
import { FakeClock } from '../../../support/fake-clock.js';
import { InMemoryBus, InMemoryLog } from '../../../support/in-memory-bus.js';

const TOPIC = 'test_heartbeats';

let clock: FakeClock;
let log: InMemoryLog;
let warned: jest.SpiedFunction<Logger['warn']>;
const opened: Heartbeats[] = [];

beforeEach(() => {
  clock = new FakeClock();
  log = new InMemoryLog(clock);
  warned = jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
});
afterEach(async () => {
  for (const heartbeats of opened.splice(0)) await stop(heartbeats);
  jest.restoreAllMocks();
});

async function start(instanceId: string, bus = new InMemoryBus(log)): Promise<Heartbeats> {
  const heartbeats = new Heartbeats(bus, bus, bus, clock, { pipeline: 'test', instanceId, roles: ['admin'], version: '1.2.3' });
  opened.push(heartbeats);
  heartbeats.onApplicationBootstrap();
  await clock.advance(0);
  return heartbeats;
}

async function stop(heartbeats: Heartbeats): Promise<void> {
  const stopped = heartbeats.beforeApplicationShutdown();
  await clock.advance(1_000);
  await stopped;
}

const names = (heartbeats: Heartbeats) => heartbeats.instances().map(({ instanceId }) => instanceId);

describe('heartbeats', () => {
  it('go out at once and then once a second', async () => {
    await start('a');
    await clock.advance(10_000);
    expect(log.records(TOPIC)).toHaveLength(11);
  });

  it('are kept for ten minutes', async () => {
    await start('a');
    expect(log.specs.get(TOPIC)).toMatchObject({ partitions: 1, cleanup: { policy: 'delete', maxAgeMs: 600_000 } });
  });

  it('tell the instances of each other, own ones first', async () => {
    const b = await start('b');
    const [c, a] = [await start('c'), await start('a')];
    await clock.advance(1_000);
    expect([names(a), names(b), names(c)]).toEqual([['a', 'b', 'c'], ['b', 'a', 'c'], ['c', 'a', 'b']]);
  });

  it('tell a new instance at once who was heard of in the last five seconds', async () => {
    const bus = new InMemoryBus(log);
    await start('a', bus);
    bus.kill();
    await clock.advance(4_000);
    expect(names(await start('b'))).toEqual(['b', 'a']);
  });

  it('are missed after five seconds', async () => {
    const bus = new InMemoryBus(log);
    await start('a', bus);
    const b = await start('b');
    bus.kill();
    await clock.advance(4_000);
    expect(names(b)).toEqual(['b', 'a']);
    await clock.advance(2_000);
    expect(names(b)).toEqual(['b']);
  });

  it('end with a goodbye', async () => {
    const [a, b] = [await start('a'), await start('b')];
    await clock.advance(1_000);
    const stopped = a.beforeApplicationShutdown();
    await clock.advance(1);
    await stopped;
    expect(names(b)).toEqual(['b']);
  });

  it('carry what modules contribute, and the address once it is known', async () => {
    const [a, b] = [await start('a'), await start('b')];
    a.contribute('ingestion', () => ({ publishedTotal: 5 }));
    await clock.advance(1_000);
    expect(b.instances()[1]).toMatchObject({ roles: ['admin'], version: '1.2.3', pid: process.pid, address: null, startedAtMs: Date.UTC(2026, 0, 1), atMs: clock.now(), vitals: { ingestion: { publishedTotal: 5 } } });
    a.announce('http://127.0.0.1:3000');
    await clock.advance(1_000);
    expect(b.instances()[1]?.address).toBe('http://127.0.0.1:3000');
    expect(b.instances()[1]).not.toHaveProperty('leaving');
  });

  it('that do not go through are said once an outage, and come back by themselves', async () => {
    const bus = new InMemoryBus(log);
    await start('a', bus);
    const b = await start('b');
    bus.cut();
    await clock.advance(20_000);
    expect(names(b)).toEqual(['b']);
    expect(warned).toHaveBeenCalledTimes(1);
    bus.mend();
    await clock.advance(3_000);
    expect(names(b)).toEqual(['b', 'a']);
  });

  it('leave a contribution out that fails, and say so once', async () => {
    const [a, b] = [await start('a'), await start('b')];
    a.contribute('broken', () => {
      throw new Error('broken');
    });
    a.contribute('sound', () => ({ total: 1 }));
    await clock.advance(5_000);
    expect(b.instances()[1]).toMatchObject({ instanceId: 'a', vitals: { sound: { total: 1 } } });
    expect(a.own().vitals).not.toHaveProperty('broken');
    expect(warned).toHaveBeenCalledTimes(1);
  });

  it('are not read where they are none', async () => {
    const a = await start('a');
    log.append(TOPIC, { key: null, value: Buffer.from('{"instanceId":"x"}'), headers: {} });
    log.append(TOPIC, { key: null, value: Buffer.from('garbage'), headers: {} });
    await clock.advance(1_000);
    expect(names(a)).toEqual(['a']);
  });

  it('do not keep a process from stopping while the bus hangs', async () => {
    const bus = new InMemoryBus(log);
    const a = await start('a', bus);
    bus.kill();
    await clock.advance(1_500);
    await stop(a);
    expect(clock.monotonic()).toBeLessThan(3_000);
  });
});

describe('heartbeats that do not go through', () => {
  it('are said once, and nothing is said of work', async () => {
    const bus = new InMemoryBus(log);
    bus.publish = () => Promise.reject(new DiskFullError('no room'));
    await start('a', bus);
    await clock.advance(10_000);
    expect(warned.mock.calls).toEqual([['heartbeats are not going through: data.disk-full, no room']]);
  });
});
