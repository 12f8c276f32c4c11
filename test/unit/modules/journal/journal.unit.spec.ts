import { jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { DamagedDataError } from '../../../../src/domain/errors.js';
import { Journal } from '../../../../src/modules/journal/journal.js';
import { JournalProbe } from '../../../../src/modules/journal/journal.probe.js';
import { BusUnavailableError, EventTooLargeError, TopicMisconfiguredError } from '../../../../src/ports/event-bus.errors.js';
import { FakeClock } from '../../../support/fake-clock.js';
import { InMemoryBus, InMemoryLog } from '../../../support/in-memory-bus.js';
import { aClaim, ONE_OF_EACH } from './some-events.js';

const TOPIC = 'test_journal';
const REQUESTED = ONE_OF_EACH[0] as (typeof ONE_OF_EACH)[number];

let clock: FakeClock;
let log: InMemoryLog;
let bus: InMemoryBus;
let warned: jest.SpiedFunction<Logger['warn']>;
const opened: Journal[] = [];

beforeEach(() => {
  clock = new FakeClock();
  log = new InMemoryLog(clock);
  bus = new InMemoryBus(log);
  warned = jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
  jest.spyOn(Logger.prototype, 'error').mockImplementation(() => undefined);
});
afterEach(async () => {
  for (const journal of opened.splice(0)) await journal.onApplicationShutdown();
  jest.restoreAllMocks();
});

async function open(through = bus): Promise<Journal> {
  const journal = new Journal(through, through, through, clock, { pipeline: 'test', instanceId: 'one', roles: [], version: '0' });
  opened.push(journal);
  await journal.onModuleInit();
  return journal;
}

describe('the journal', () => {
  it('makes its topic: one partition, compacted, nothing younger than a week, exactly so', async () => {
    await open();
    expect(log.specs.get(TOPIC)).toEqual({ name: TOPIC, partitions: 1, cleanup: { policy: 'compact', minAgeMs: 604_800_000 }, maxEventBytes: 1_048_576, whenItExists: 'exact' });
  });

  it('does not start on a topic that is otherwise', async () => {
    bus.ensure = () => Promise.reject(new TopicMisconfiguredError('three partitions'));
    await expect(open()).rejects.toBeInstanceOf(TopicMisconfiguredError);
  });

  it('is ready when what was there is folded, and not before', async () => {
    const first = await open();
    await first.append(aClaim());
    const late = new InMemoryBus(log);
    let show = (): void => undefined;
    const shown = new Promise<void>((resolve) => (show = resolve));
    const tail = late.tail.bind(late);
    late.tail = async function* (...from) {
      await shown;
      yield* tail(...from);
    };
    const second = await open(late);
    const settled = jest.fn();
    void second.ready().then(settled);
    await clock.advance(60_000);
    expect(settled).not.toHaveBeenCalled();
    show();
    await second.ready();
    expect(second.state()).toEqual(first.state());
    expect(second.state().runs.size).toBe(1);
  });

  it('is ready at once on a new log', async () => {
    await expect((await open()).ready()).resolves.toBeUndefined();
  });

  it('gives an appended event back once it is folded here', async () => {
    const journal = await open();
    const recorded = await journal.append(REQUESTED);
    expect(recorded).toMatchObject({ offset: 0, appendedAtMs: clock.now(), event: REQUESTED });
    expect(recorded.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/);
    expect([...journal.state().requested.keys()]).toEqual([recorded.id]);
  });

  it('does not give it back before that, though it is durable', async () => {
    let show = (): void => undefined;
    const shown = new Promise<void>((resolve) => (show = resolve));
    const tail = bus.tail.bind(bus);
    bus.tail = async function* (...from) {
      for await (const batch of tail(...from)) {
        await shown;
        yield batch;
      }
    };
    const journal = await open();
    const settled = jest.fn();
    const appended = journal.append(REQUESTED).finally(settled);
    await clock.advance(10_000);
    expect(log.records(TOPIC)).toHaveLength(1);
    expect(settled).not.toHaveBeenCalled();
    show();
    const { id } = await appended;
    expect([...journal.state().requested.keys()]).toEqual([id]);
  });

  it('tells everybody what changed', async () => {
    const [one, two] = [await open(), await open(new InMemoryBus(log))];
    const seen: number[] = [];
    two.changes().subscribe(({ next }) => seen.push(next));
    const there = two.until(({ runs }) => runs.has('run-1'));
    await one.append(REQUESTED);
    await one.append(aClaim());
    expect((await there).runs.size).toBe(1);
    await clock.advance(0);
    expect(seen.at(-1)).toBe(2);
  });

  it('stops waiting for a state when told to', async () => {
    const journal = await open();
    const told = new AbortController();
    const waiting = journal.until(() => false, told.signal);
    told.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
    await expect(journal.until(() => true, told.signal)).rejects.toThrow('enough');
  });
});

describe('appending while the bus is away', () => {
  it('tries the same event, with the same id, until it is there', async () => {
    const journal = await open();
    bus.loseNextAcknowledgement();
    const appended = journal.append(REQUESTED);
    await clock.advance(10_000);
    const { id } = await appended;
    expect(log.records(TOPIC).map(({ headers }) => headers['ce_id'])).toEqual([id, id]);
    expect(journal.state().requested.size).toBe(1);
  });

  it('waits through an outage, and folds on from where it was', async () => {
    const journal = await open();
    await journal.append(aClaim());
    bus.cut();
    const appended = journal.append(REQUESTED);
    await clock.advance(60_000);
    expect(log.records(TOPIC)).toHaveLength(1);
    bus.mend();
    await clock.advance(5_000);
    expect((await appended).offset).toBe(1);
    expect(journal.state().next).toBe(2);
  });

  it('starts without it, and is ready when it has come', async () => {
    bus.cut();
    const journal = await open();
    let ready = false;
    void journal.ready().then(() => {
      ready = true;
    });
    await clock.advance(10_000);
    expect(ready).toBe(false);
    bus.mend();
    await clock.advance(5_000);
    expect(ready).toBe(true);
  });

  it('says what it waits for, in words', async () => {
    bus.ensure = () => Promise.reject(new BusUnavailableError('Kafka is away: nobody listens at kafka:9092'));
    await open();
    expect(warned.mock.calls).toEqual([['waiting for the event bus: bus.unavailable, Kafka is away: nobody listens at kafka:9092']]);
  });

  it('does not keep the process from starting for long while the bus does not answer, and goes on once it does', async () => {
    const ensure = bus.ensure.bind(bus);
    let answer = (): void => undefined;
    const answered = new Promise<void>((resolve) => (answer = resolve));
    bus.ensure = async (specs) => {
      await answered;
      await ensure(specs);
    };
    const started = jest.fn();
    const opening = open().then((journal) => {
      started();
      return journal;
    });
    await clock.advance(1_400);
    expect(started).not.toHaveBeenCalled();
    await clock.advance(200);
    expect(started).toHaveBeenCalled();
    answer();
    await expect((await opening).ready()).resolves.toBeUndefined();
  });

  it('can be followed no more where the bus says late that the topic is otherwise', async () => {
    bus.ensure = async () => {
      await clock.sleep(3_000);
      throw new TopicMisconfiguredError('three partitions');
    };
    const opening = open();
    await clock.advance(2_000);
    const journal = await opening;
    await clock.advance(2_000);
    expect(journal.failure?.error).toBeInstanceOf(TopicMisconfiguredError);
  });

  it('gives up when told to, or when the process stops', async () => {
    const journal = await open();
    bus.cut();
    const told = new AbortController();
    const one = journal.append(REQUESTED, told.signal).catch((error: unknown) => error);
    const two = journal.append(REQUESTED).catch((error: unknown) => error);
    told.abort(new Error('enough'));
    expect(await one).toMatchObject({ message: 'enough' });
    await journal.onApplicationShutdown();
    expect(await two).toMatchObject({ message: 'this process is stopping' });
  });

  it('throws at once what no waiting helps', async () => {
    const journal = await open();
    bus.publish = () => Promise.reject(new EventTooLargeError('too large', 0));
    await expect(journal.append(REQUESTED)).rejects.toBeInstanceOf(EventTooLargeError);
  });

  it('fails appends, waits and ready once the log cannot be read any more', async () => {
    bus.offsets = () => Promise.reject(new DamagedDataError('damaged'));
    const journal = await open();
    await expect(journal.ready()).rejects.toBeInstanceOf(DamagedDataError);
    await expect(journal.append(REQUESTED)).rejects.toBeInstanceOf(DamagedDataError);
  });
});

describe('a journal that can be followed no more', () => {
  /** Well at first, and then its file is damaged. */
  async function followedFor(ms: number): Promise<{ journal: Journal; probe: JournalProbe; failedAtMs: number }> {
    let damage = (): void => undefined;
    const damaged = new Promise<void>((resolve) => (damage = resolve));
    bus.tail = async function* () {
      yield* [];
      await damaged;
      throw new DamagedDataError('log.db is damaged', { remedy: 'restore it' });
    };
    const journal = await open();
    const probe = new JournalProbe(journal, clock);
    await journal.ready();
    await expect(probe.check()).resolves.toEqual({ name: 'journal', status: 'up', code: null, reason: null, sinceMs: clock.now(), suggestion: null });
    await clock.advance(ms);
    damage();
    await clock.advance(0);
    const failedAtMs = clock.now();
    return { journal, probe, failedAtMs };
  }

  it('is not ready any more, though it had caught up', async () => {
    const { journal } = await followedFor(5_000);
    await expect(journal.ready()).rejects.toBeInstanceOf(DamagedDataError);
  });

  it('is down, with the code of what ended it and what to do', async () => {
    const { probe, failedAtMs } = await followedFor(5_000);
    await clock.advance(60_000);
    await expect(probe.check()).resolves.toEqual({
      name: 'journal',
      status: 'down',
      code: 'data.damaged',
      reason: 'the journal is followed no more: log.db is damaged',
      sinceMs: failedAtMs,
      suggestion: 'restore it; then start the process again',
    });
  });

  it('is up through an outage and a stop', async () => {
    const journal = await open();
    const probe = new JournalProbe(journal, clock);
    bus.cut();
    await clock.advance(60_000);
    expect(await probe.check()).toMatchObject({ status: 'up' });
    await journal.onApplicationShutdown();
    expect(await probe.check()).toMatchObject({ status: 'up' });
  });

  it('is down over an error that nobody foresaw, without its message', async () => {
    bus.offsets = () => Promise.reject(new TypeError('ada@example.com is undefined'));
    const probe = new JournalProbe(await open(), clock);
    await clock.advance(0);
    const health = await probe.check();
    expect(health).toMatchObject({ status: 'down', code: 'unexpected.TypeError', suggestion: 'start the process again' });
    expect(health.reason).not.toContain('ada');
  });
});

describe('records that are no journal events', () => {
  const other = (type: string, value = '{}') => ({
    key: null,
    value: Buffer.from(value),
    headers: { ce_id: `${type}-${value}`, ce_type: type, ce_dataschema: `urn:userstream:journal:${type}:v1` },
  });

  it('are passed over: unknown types with one warning each, malformed ones with one each', async () => {
    const journal = await open();
    for (const value of ['{}', '{"a":1}', '{"a":2}']) log.append(TOPIC, other('replay.started', value));
    log.append(TOPIC, other('run.claimed', '{"runId": 5}'));
    log.append(TOPIC, other('run.claimed', 'garbage'));
    await journal.append(aClaim());
    expect(journal.state()).toMatchObject({ next: 6 });
    expect(journal.state().runs.size).toBe(1);
    expect(warned.mock.calls.filter(([text]) => String(text).includes('replay.started'))).toHaveLength(1);
    expect(warned.mock.calls.filter(([text]) => String(text).includes('test_journal/0/'))).toHaveLength(2);
  });

  it('do not keep it from being ready', async () => {
    await open();
    log.append(TOPIC, other('replay.started'));
    const journal = await open(new InMemoryBus(log));
    await expect(journal.ready()).resolves.toBeUndefined();
  });
});
