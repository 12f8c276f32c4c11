import { EventEmitter } from 'node:events';
import { GroupSession } from '../../../../src/adapters/event-bus-kafka/group-session.js';
import { type KafkaClient } from '../../../../src/adapters/event-bus-kafka/kafka-client.js';
import { KAFKA_CONSUMER_DEFAULTS } from '../../../../src/adapters/event-bus-kafka/kafka-consumer-options.js';
import { FakeClock } from '../../../support/fake-clock.js';

/** As much of a kafkajs consumer as a session sees, for what no real one does at a test's bidding. */
class FakeDriver extends EventEmitter {
  readonly events = { GROUP_JOIN: 'join', HEARTBEAT: 'heartbeat', FETCH_START: 'fetch-start', FETCH: 'fetch', END_BATCH_PROCESS: 'end', CRASH: 'crash' };
  disconnected = 0;
  connect = async () => undefined;
  subscribe = async () => undefined;
  run = async () => undefined;
  disconnect = async () => void (this.disconnected += 1);
}

describe('a session of the group', () => {
  const never = new AbortController().signal;
  let clock: FakeClock;
  let driver: FakeDriver;
  let config: Record<string, unknown>;
  let session: GroupSession;
  beforeEach(() => {
    clock = new FakeClock();
    driver = new FakeDriver();
    const consumer = (given: Record<string, unknown>) => {
      config = given;
      return driver;
    };
    session = new GroupSession({
      client: { connections: () => ({ consumer }) } as unknown as KafkaClient,
      log: { offsets: async () => [], at: async () => null },
      subscription: { topic: 't', group: 'g' },
      partitions: 1,
      workerOf: () => {
        throw new Error('no partition is given to this member');
      },
      clock,
      options: KAFKA_CONSUMER_DEFAULTS,
      logger: { log: () => undefined },
      joined: () => undefined,
    });
  });

  it('ends where the driver gives up, whatever that thinks of another try: the next one begins afresh', async () => {
    const ended = session.run(never, never);
    await clock.advance(0);
    const error = new TypeError('a bug of the driver');
    driver.emit('crash', { payload: { error, restart: false } });
    expect(await ended).toBe(error);
    expect(driver.disconnected).toBe(1);
    expect(await (config.retry as { restartOnFailure(): Promise<boolean> }).restartOnFailure()).toBe(false);
  });

  it('ends where the driver shows no sign of life, and not before', async () => {
    let ended: unknown = null;
    void session.run(never, never).then((error) => (ended = error));
    for (let second = 0; second < 120; second += 1) {
      driver.emit(second % 2 === 0 ? 'fetch' : 'heartbeat', { payload: {} });
      await clock.advance(1_000);
    }
    expect(ended).toBeNull();
    await clock.advance(58_000);
    expect(ended).toBeNull();
    await clock.advance(10_000);
    expect(ended).toMatchObject({ code: 'bus.unavailable', message: expect.stringContaining('no sign of life') as string });
  });

  it('ends, for another try, where it cannot connect', async () => {
    driver.connect = () => Promise.reject(new Error('nobody there'));
    expect(await session.run(never, never)).toMatchObject({ message: 'nobody there' });
  });

  it('makes no topic, commits nothing by itself, and counts on no default that a test mode changes', async () => {
    expect(config).toMatchObject({ groupId: 'g', allowAutoTopicCreation: false, sessionTimeout: 10_000, heartbeatInterval: 3_000, retry: { retries: 5, initialRetryTime: 100, maxRetryTime: 2_000, factor: 0.2, multiplier: 2 } });
    let given: unknown = null;
    driver.run = (async (options: unknown) => void (given = options)) as never;
    const stop = new AbortController();
    const ended = session.run(stop.signal, never);
    await clock.advance(0);
    expect(given).toMatchObject({ autoCommit: false, eachBatchAutoResolve: false });
    stop.abort();
    await clock.advance(10_000);
    await ended;
  });
});
