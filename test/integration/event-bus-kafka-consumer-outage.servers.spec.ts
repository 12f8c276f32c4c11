import { Logger } from '@nestjs/common';
import { startKafka, type KafkaCluster } from '../../scripts/servers/kafka.mjs';
import { allStored, events, valuesOf } from '../contracts/event-bus/harness.js';
import { eventually } from '../support/eventually.js';
import { KafkaGroup } from '../support/kafka-group.js';

Logger.overrideLogger(false);

const settles = <Result>(assertion: () => Result | Promise<Result>) => eventually(assertion, { withinMs: 90_000 });

/** A broker of its own, since it is killed; and as slow to share out partitions as brokers in the wild. */
describe('the consumer on a Kafka that goes away', () => {
  let kafka: KafkaCluster;
  let own: KafkaGroup;
  beforeAll(async () => {
    kafka = await startKafka({ settings: { 'group.initial.rebalance.delay.ms': 3_000 } });
  });
  afterAll(() => kafka?.stop());
  beforeEach(() => {
    own = new KafkaGroup({ brokers: kafka.brokers.split(',') });
  });
  afterEach(() => own.close());

  it('shares the partitions with one that joins later, and nothing comes twice', async () => {
    await own.makeTopic(4);
    const first = own.join();
    await settles(() => expect(first.partitions).toHaveLength(4));
    const batch = events(200);
    await own.publisher.publish(own.topic, batch.slice(0, 100));
    const second = own.join();
    await settles(() => expect([first.partitions.length, second.partitions.length]).toEqual([2, 2]));
    await own.publisher.publish(own.topic, batch.slice(100));
    await settles(async () => expect(await own.lag()).toEqual([0, 0, 0, 0]));
    const values = [...first.values, ...second.values];
    expect(new Set(values)).toEqual(new Set(valuesOf(batch)));
    expect(values).toHaveLength(batch.length);
  });

  it('says that it waits, and goes on by itself once the broker is back: nothing is lost, and the ledger adds up', async () => {
    await own.makeTopic(1);
    const before = events(300, { prefix: 'before', key: 'k' });
    const reading = own.join(async (batch) => {
      await new Promise((resolve) => setTimeout(resolve, 10));
      return allStored(batch);
    }, { batch: { events: 10, bytes: 1_000_000 } });
    await own.publisher.publish(own.topic, before);
    await settles(() => expect(reading.events.length).toBeGreaterThan(20));

    await kafka.kill('SIGKILL');
    await settles(() => expect(reading.consumer.status()).toMatchObject({ state: 'connecting', reason: expect.stringMatching(/Kafka is away/) as string }));
    await kafka.restart();

    const after = events(10, { prefix: 'after', key: 'k' });
    await settles(() => own.publisher.publish(own.topic, after));
    await settles(async () => expect((await own.committed())?.offset).toBeGreaterThanOrEqual(310));
    expect(new Set(reading.values)).toEqual(new Set(valuesOf([...before, ...after])));
    expect((await own.committed())?.tally).toMatchObject({ began: 0, dead: 0, skipped: 0 });
    expect(reading.consumer.status()).toMatchObject({ state: 'running', reason: null, incidents: [] });
  });

  it('comes to an end although the broker is away', async () => {
    await own.makeTopic(1);
    const reading = own.join();
    await settles(() => expect(reading.consumer.status().state).toBe('running'));
    await kafka.kill('SIGKILL');
    await reading.stop();
    expect(reading.consumer.status().state).toBe('stopped');
    await kafka.restart();
  });
});
