import { jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { DiskFullError } from '../../../../src/domain/errors.js';
import { BusUnavailableError, EventTooLargeError } from '../../../../src/ports/event-bus.errors.js';
import { SourceRefusedError, SourceUnavailableError } from '../../../../src/ports/user-source.port.js';
import { PagedSource } from './paged-source.js';
import { World } from './ingesting.js';

const AWAY = new SourceUnavailableError('timeout', 'no answer within 10 s', { httpStatus: 503 });

let world: World;
let source: PagedSource;
beforeEach(() => {
  world = new World();
  source = new PagedSource();
});
afterEach(() => world.end());

const start = () => world.start({}, [source]);
const offsets = () => [...new Set(world.published().map(({ atMs }) => atMs))].map((atMs) => atMs - Date.UTC(2026, 0, 1));

describe('a source that is away', () => {
  it('is asked again until it answers; overdue pages follow at twice the rate and no faster', async () => {
    let away = true;
    source.answers = ({ page }) => {
      if (away && page === 2) throw AWAY;
    };
    await start();
    await world.clock.advance(13_000);
    expect(offsets()).toEqual([0]);
    away = false;
    await world.clock.advance(26_900);
    const [, second = 0, ...later] = offsets();
    expect(later.slice(0, 4).map((at) => at - second)).toEqual([2_000, 4_000, 6_000, 8_000]);
    expect(later.at(-1)).toBe(36_000);
    expect(world.publishedIds()).toHaveLength(200);
  });

  it('leaves the run partial, with code and HTTP status, when the window has passed', async () => {
    source.answers = ({ page }) => {
      if (page === 3) throw AWAY;
    };
    const ingestion = await start();
    await world.clock.advance(39_900);
    expect(ingestion.runs()[0]?.outcome).toBeNull();
    await world.clock.advance(200);
    expect(ingestion.runs()[0]).toMatchObject({ outcome: 'partial', code: 'source.timeout', reason: 'no answer within 10 s', httpStatus: 503, progress: { page: 2, published: 40 } });
  });

  it('fails a run that published nothing', async () => {
    source.answers = () => {
      throw AWAY;
    };
    const ingestion = await start();
    await world.clock.advance(41_000);
    expect(ingestion.runs()[0]).toMatchObject({ outcome: 'failed', code: 'source.timeout', progress: { published: 0 } });
    expect(source.asked.length).toBeGreaterThan(4);
  });

  it('is not asked before the time it asked for', async () => {
    source.answers = () => {
      if (source.asked.length === 1) throw new SourceUnavailableError('rate-limited', 'ease up', { httpStatus: 429, retryAfterMs: 15_000 });
    };
    await start();
    await world.clock.advance(14_900);
    expect(source.asked).toHaveLength(1);
    await world.clock.advance(200);
    expect(source.asked).toHaveLength(2);
    expect(world.published()).toHaveLength(20);
  });

  it('is said by health, until a page goes out', async () => {
    source.answers = () => {
      if (source.asked.length <= 2) throw AWAY;
    };
    const ingestion = await start();
    expect(await ingestion.health()).toMatchObject({ name: 'ingestion', status: 'degraded', code: 'source.timeout', reason: 'no answer within 10 s', sinceMs: world.clock.now() });
    await world.clock.advance(5_000);
    expect(await ingestion.health()).toMatchObject({ status: 'up', code: null, reason: null });
  });
});

describe('a source that cannot serve a run', () => {
  it('fails it at once if it refuses, and health goes on saying so', async () => {
    source.answers = () => {
      throw new SourceRefusedError('forbidden', 'this address is blocked', { httpStatus: 403 });
    };
    const ingestion = await start();
    expect(ingestion.runs()[0]).toMatchObject({ outcome: 'failed', code: 'source.forbidden', httpStatus: 403 });
    expect(source.asked).toHaveLength(1);
    expect(await ingestion.health()).toMatchObject({ status: 'degraded', code: 'source.forbidden' });
  });

  it('fails it at an error that nobody foresaw, without its message, and the next slot is tried', async () => {
    source.answers = ({ page }) => {
      if (page === 2) throw new TypeError('ada@example.com is undefined');
    };
    const ingestion = await start();
    await world.clock.advance(41_000);
    expect(ingestion.runs()).toMatchObject([{ outcome: 'failed', code: 'unexpected.TypeError', progress: { page: 1 } }, { outcome: null }]);
    expect(JSON.stringify(ingestion.runs())).not.toContain('ada@example.com');
  });

  it('never makes a run green that published nobody', async () => {
    source.rejects = Array.from({ length: 20 }, (_, index) => index);
    const ingestion = await start();
    await world.clock.advance(39_000);
    expect(ingestion.runs()).toMatchObject([{ outcome: 'failed', code: 'run.published-nothing', progress: { fetched: 200, published: 0, rejected: { 'field.blank': 200 } } }]);
  });

  it('keeps the indexes of the others where it rejects some records', async () => {
    source.rejects = [0, 7];
    const ingestion = await start();
    expect(ingestion.runs()).toMatchObject([{ progress: { fetched: 20, published: 18, rejected: { 'field.blank': 2 } } }]);
    expect(world.published()[0]?.timeText).toBe('2026-01-01T00:00:00.000001Z');
  });
});

describe('a bus that is away', () => {
  it('holds the page until it is durable, says so, and loses nothing', async () => {
    const ingestion = await start();
    await world.clock.advance(6_000);
    ingestion.bus.cut((topic) => topic === 'users_created');
    await world.clock.advance(14_000);
    expect(world.published()).toHaveLength(40);
    expect(await ingestion.health()).toMatchObject({ status: 'down', code: 'bus.unavailable' });
    expect(source.asked).toHaveLength(3);
    ingestion.bus.mend();
    await world.clock.advance(19_900);
    expect(await ingestion.health()).toMatchObject({ status: 'up' });
    expect(world.publishedIds()).toHaveLength(200);
    expect(source.asked).toHaveLength(10);
  });

  it('gets the same events again after a lost acknowledgement', async () => {
    const ingestion = await start();
    await world.clock.advance(3_000);
    const publish = ingestion.bus.publish.bind(ingestion.bus);
    let lost = 0;
    ingestion.bus.publish = async (topic, events) => {
      const positions = await publish(topic, events);
      if (topic === 'users_created' && (lost += 1) === 1) throw new BusUnavailableError('lost');
      return positions;
    };
    await world.clock.advance(36_900);
    expect(world.published()).toHaveLength(220);
    expect(world.publishedIds()).toHaveLength(200);
  });

  it('leaves events out that the topic does not take, counts them, and says once what would help', async () => {
    const warned = jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
    const ingestion = await start();
    const publish = ingestion.bus.publish.bind(ingestion.bus);
    ingestion.bus.publish = async (topic, events) => {
      if (topic === 'users_created' && events.length > 18) throw new EventTooLargeError('too large', 4, { remedy: 'raise max.message.bytes' });
      return publish(topic, events);
    };
    await world.clock.advance(5_000);
    expect(ingestion.runs()).toMatchObject([{ progress: { page: 2, published: 38, rejected: { 'bus.event-too-large': 2 } } }]);
    expect(world.publishedIds()).toHaveLength(38);
    const said = warned.mock.calls.map(([text]) => String(text)).filter((text) => text.includes('bus.event-too-large'));
    warned.mockRestore();
    expect(said).toEqual([expect.stringContaining('raise max.message.bytes')]);
  });
});

describe('a log that takes no more', () => {
  it('is said once for each reason, and once that it takes events again', async () => {
    const said: string[] = [];
    jest.spyOn(Logger.prototype, 'warn').mockImplementation((text: unknown) => void said.push(`warn ${String(text)}`));
    jest.spyOn(Logger.prototype, 'log').mockImplementation((text: unknown) => void said.push(`log ${String(text)}`));
    const ingestion = await start();
    const publish = ingestion.bus.publish.bind(ingestion.bus);
    let refusal: Error | null = new DiskFullError('the disk has no room for log.db');
    ingestion.bus.publish = (topic, events) => (refusal !== null && topic === 'users_created' ? Promise.reject(refusal) : publish(topic, events));
    said.length = 0;
    await world.clock.advance(15_000);
    const full = 'warn nothing is published, the page waits: data.disk-full, the disk has no room for log.db';
    expect(said).toEqual([full]);
    refusal = new BusUnavailableError('the log is away');
    await world.clock.advance(8_000);
    const away = 'warn nothing is published, the page waits: bus.unavailable, the log is away';
    expect(said).toEqual([full, away]);
    refusal = null;
    await world.clock.advance(8_000);
    expect(said).toEqual([full, away, 'log users_created takes events again']);
    jest.restoreAllMocks();
  });
});

describe('an error that nobody foresaw, at a stop', () => {
  it('is said, and the run is released', async () => {
    const said = jest.spyOn(Logger.prototype, 'error').mockImplementation(() => undefined);
    const ingestion = await start();
    await world.clock.advance(3_000);
    let fail: (error: Error) => void = () => undefined;
    const held = new Promise<never>((_, reject) => (fail = reject));
    const publish = ingestion.bus.publish.bind(ingestion.bus);
    jest.spyOn(ingestion.bus, 'publish').mockImplementation((topic, events) => (topic === 'users_created' ? held : publish(topic, events)));
    await world.clock.advance(2_000);
    const stopped = ingestion.stop(world.clock, 1_000);
    await world.clock.advance(100);
    fail(new TypeError('a bug'));
    await stopped;
    expect(ingestion.runs()).toMatchObject([{ attempts: [{ outcome: 'released' }] }]);
    expect(said.mock.calls).toEqual([[expect.stringContaining('nobody foresaw'), expect.stringContaining('a bug')]]);
    said.mockRestore();
  });

  it('is not what a stop itself interrupts', async () => {
    const said = jest.spyOn(Logger.prototype, 'error').mockImplementation(() => undefined);
    source.answers = ({ page }, signal) => (page < 2 ? undefined : new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true })));
    const ingestion = await start();
    await world.clock.advance(9_000);
    await ingestion.stop(world.clock, 10);
    expect(said).not.toHaveBeenCalled();
    said.mockRestore();
  });
});
