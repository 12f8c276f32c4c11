import { Logger } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { SystemClockModule } from '../../src/adapters/clock-system/system-clock.module.js';
import { KafkaEventBusModule } from '../../src/adapters/event-bus-kafka/kafka-event-bus.module.js';
import { KafkaEventBusProbe } from '../../src/adapters/event-bus-kafka/kafka-event-bus.probe.js';
import { EventConsumer } from '../../src/ports/event-consumer.port.js';
import { EventLog } from '../../src/ports/event-log.port.js';
import { EventPublisher } from '../../src/ports/event-publisher.port.js';
import { EventTopics } from '../../src/ports/event-topics.port.js';
import { allStored, aSpec, events, Reading } from '../contracts/event-bus/harness.js';
import { eventually } from '../support/eventually.js';
import { kafkaOptions, QUICK_KAFKA_CONSUMER } from '../support/kafka-bus.js';

const opened = (given = {}) => Test.createTestingModule({ imports: [SystemClockModule, KafkaEventBusModule.register({ ...kafkaOptions(), consumer: QUICK_KAFKA_CONSUMER, ...given })] }).compile();

describe('KafkaEventBusModule', () => {
  it('provides the ports of the bus, and its probe, and cuts the connections at the end', async () => {
    const app = await opened();
    Logger.overrideLogger(false);
    await app.init();
    const spec = aSpec();
    await app.get(EventTopics).ensure([spec]);
    const reading = new Reading(app.get(EventConsumer), { topic: spec.name, group: spec.name }, async (batch) => allStored(batch));
    await app.get(EventPublisher).publish(spec.name, events(5));
    await eventually(() => expect(reading.events).toHaveLength(5));
    expect(await app.get(EventLog).offsets(spec.name)).toEqual([{ partition: 0, first: 0, end: 5 }]);
    expect(await app.get(KafkaEventBusProbe).check()).toMatchObject({ name: 'event-bus', status: 'up' });
    await reading.stop();
    await app.close();
    await expect(app.get(EventPublisher).publish(spec.name, events(1))).rejects.toMatchObject({ code: 'bus.unavailable' });
    await expect(app.get(EventLog).offsets(spec.name)).rejects.toMatchObject({ code: 'bus.unavailable' });
  });

  it('starts before the brokers are there, and ends at once without them', async () => {
    const app = await opened({ brokers: ['127.0.0.1:1'] });
    Logger.overrideLogger(false);
    await app.init();
    const stop = new AbortController();
    const waiting = app.get(EventConsumer).run({ topic: 'any', group: 'any' }, async (batch) => allStored(batch), stop.signal);
    expect(await app.get(KafkaEventBusProbe).check()).toMatchObject({ name: 'event-bus', sinceMs: expect.any(Number) as number });
    await eventually(async () => expect(await app.get(KafkaEventBusProbe).check()).toMatchObject({ status: 'down', code: 'bus.unavailable' }));
    stop.abort();
    const began = performance.now();
    await Promise.all([waiting, app.close()]);
    expect(performance.now() - began).toBeLessThan(3_000);
  });

  it('says once of each topic that it has one replica, and nothing per event', async () => {
    const lines: string[] = [];
    const keep = (message: unknown) => void lines.push(String(message));
    const app = await opened({ replication: 1 });
    Logger.overrideLogger({ log: keep, warn: keep, error: keep, debug: () => undefined });
    await app.init();
    const spec = aSpec();
    for (let round = 0; round < 3; round += 1) await app.get(EventTopics).ensure([spec]);
    for (let round = 0; round < 20; round += 1) await app.get(EventPublisher).publish(spec.name, events(10));
    await app.close();
    const own = lines.filter((line) => line.includes(spec.name));
    expect(own).toEqual([expect.stringMatching(/one replica.*TOPIC_REPLICATION/)]);
    expect(lines.filter((line) => !own.includes(line))).toEqual([]);
  });
});
