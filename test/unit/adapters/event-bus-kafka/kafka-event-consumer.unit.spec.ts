import { EventEmitter } from 'node:events';
import { Logger } from '@nestjs/common';
import { type KafkaClient } from '../../../../src/adapters/event-bus-kafka/kafka-client.js';
import { KafkaEventConsumer } from '../../../../src/adapters/event-bus-kafka/kafka-event-consumer.js';
import { KafkaFaults } from '../../../../src/adapters/event-bus-kafka/kafka-faults.js';
import { BusUnavailableError } from '../../../../src/ports/event-bus.errors.js';
import { FakeClock } from '../../../support/fake-clock.js';

Logger.overrideLogger(false);

/** As much of a kafkajs consumer as a session sees: it joins and crashes when the test says so. */
class FakeDriver extends EventEmitter {
  readonly events = { GROUP_JOIN: 'join', HEARTBEAT: 'heartbeat', FETCH_START: 'fetch-start', FETCH: 'fetch', END_BATCH_PROCESS: 'end', CRASH: 'crash' };
  connect = async () => undefined;
  subscribe = async () => undefined;
  run = async () => undefined;
  disconnect = async () => undefined;
  pause = () => undefined;
  resume = () => undefined;
  seek = () => undefined;

  join(partitions: readonly number[]): void {
    this.emit('join', { payload: { memberAssignment: { t: partitions } } });
  }
}

describe('since when a consumer is as it is', () => {
  let clock: FakeClock;
  let driver: FakeDriver;
  let away: boolean;
  let consumer: KafkaEventConsumer;
  let stop: AbortController;
  let ended: Promise<void>;
  beforeEach(async () => {
    clock = new FakeClock();
    away = false;
    const offsets = () => (away ? Promise.reject(new BusUnavailableError('Kafka is away')) : Promise.resolve([{ partition: 0, first: 0, end: 0 }]));
    const connections = () => ({ consumer: () => (driver = new FakeDriver()) });
    const client = { clock, closed: new AbortController().signal, faults: new KafkaFaults(clock), connections, withAdmin: () => Promise.resolve([]) } as unknown as KafkaClient;
    consumer = new KafkaEventConsumer(client, {}, { offsets, at: async () => null });
    stop = new AbortController();
    ended = consumer.run({ topic: 't', group: 'g' }, () => Promise.reject(new Error('nothing comes')), stop.signal);
    await clock.advance(1_000);
  });
  afterEach(async () => {
    stop.abort();
    await clock.advance(60_000);
    await ended;
  });

  it('waits for its first partition since it runs', async () => {
    await clock.advance(5_000);
    expect(consumer.status()).toMatchObject({ state: 'connecting', sinceMs: clock.now() - 6_000 });
  });

  it('has waited since it lost its partitions, not since the process began', async () => {
    driver.join([0]);
    await clock.advance(50_000);
    away = true;
    const crashedAtMs = clock.now();
    driver.emit('crash', { payload: { error: new BusUnavailableError('Kafka is away') } });
    await clock.advance(30_000);
    expect(consumer.status()).toMatchObject({ state: 'connecting', reason: expect.stringContaining('Kafka is away') as string, sinceMs: crashedAtMs });
  });

  it('has waited since the group gave its partitions to others', async () => {
    driver.join([0]);
    await clock.advance(20_000);
    driver.join([]);
    await clock.advance(1_000);
    driver.join([]);
    await clock.advance(1_000);
    expect(consumer.status()).toMatchObject({ state: 'connecting', sinceMs: clock.now() - 2_000 });
  });
});
