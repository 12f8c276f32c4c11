import { randomUUID } from 'node:crypto';
import { Logger } from '@nestjs/common';
import { SystemClock } from '../../src/adapters/clock-system/system-clock.js';
import { KafkaClient } from '../../src/adapters/event-bus-kafka/kafka-client.js';
import { KafkaEventPublisher } from '../../src/adapters/event-bus-kafka/kafka-event-publisher.js';
import { BusUnavailableError, EventTooLargeError, UnknownTopicError } from '../../src/ports/event-bus.errors.js';
import { aSpec, anEvent, events, readAll, valueOf, valuesOf } from '../contracts/event-bus/harness.js';
import { eventually } from '../support/eventually.js';
import { KafkaBus, kafkaOptions } from '../support/kafka-bus.js';
import { clientOn, losingAnswers, through } from '../support/kafka-wires.js';
import { realKafka } from '../support/real-servers.js';
import { TcpProxy } from '../support/tcp-proxy.js';

Logger.overrideLogger(false);

let bus: KafkaBus;
const clients: KafkaClient[] = [];
beforeEach(async () => {
  bus = await KafkaBus.open();
});
afterEach(async () => {
  await Promise.all([bus, ...clients.splice(0)].map((one) => one.close()));
});

function publisherOn(client: KafkaClient): KafkaEventPublisher {
  clients.push(client);
  return new KafkaEventPublisher(client);
}

async function aTopic(given: Parameters<typeof aSpec>[0] = {}): Promise<string> {
  const spec = aSpec(given);
  await bus.topics.ensure([spec]);
  return spec.name;
}

describe('acknowledgements that are lost', () => {
  it('cost repeats, never an event: all that was acknowledged is where it was said to be, in the order of its key', async () => {
    const topic = await aTopic({ partitions: 4 });
    let sends = 0;
    const publisher = publisherOn(clientOn(losingAnswers(() => [2, 3, 5].includes(++sends)), kafkaOptions()));
    const keys = ['ada', 'grace', 'edsger', 'barbara', 'tony'];
    const calls = Array.from({ length: 40 }, (_, call) => keys.map((key) => anEvent(`${key}:${call}`, key)));
    const publishing: Promise<unknown>[] = [];
    const positions: Awaited<ReturnType<KafkaEventPublisher['publish']>>[] = [];
    for (const [index, batch] of calls.entries()) {
      publishing.push(publisher.publish(topic, batch).then((written) => (positions[index] = written)));
      if (index % 8 === 7) await publishing[index];
    }
    await Promise.all(publishing);

    const log = await readAll(bus.log, topic, 4);
    expect(sends).toBeGreaterThanOrEqual(6);
    expect(log.length).toBeGreaterThan(calls.flat().length);
    const at = new Map(log.map((event) => [`${event.partition}/${event.offset}`, valueOf(event)]));
    for (const [index, written] of positions.entries()) {
      expect(written.map(({ partition, offset }) => at.get(`${partition}/${offset}`))).toEqual(valuesOf(calls[index] ?? []));
    }
    for (const key of keys) {
      const firsts = [...new Set(log.map(valueOf).filter((value) => value.startsWith(`${key}:`)))];
      expect(firsts).toEqual(calls.map((_, call) => `${key}:${call}`));
    }
  });
});

describe('topics that nobody made', () => {
  it('are not made by the brokers either, which are told to make what they are asked for', async () => {
    const name = `nobody-made-${randomUUID()}`;
    const signal = new AbortController().signal;
    await expect(bus.publisher.publish(name, events(3))).rejects.toBeInstanceOf(UnknownTopicError);
    await expect(bus.log.offsets(name)).rejects.toMatchObject({ code: 'bus.unknown-topic', message: expect.stringContaining(name) as string });
    await expect(bus.log.at({ topic: name, partition: 0, offset: 0 })).rejects.toBeInstanceOf(UnknownTopicError);
    await expect(bus.log.lag(name, 'group')).rejects.toBeInstanceOf(UnknownTopicError);
    await expect(bus.log.tail({ topic: name, partition: 0, from: 0 }, signal)[Symbol.asyncIterator]().next()).rejects.toBeInstanceOf(UnknownTopicError);
    const { consumer } = await bus.openConsumer();
    const stop = new AbortController();
    const reading = consumer.run({ topic: name, group: 'group' }, async () => ({ stored: 0, dead: 0, skipped: 0 }), stop.signal);
    await eventually(() => expect(consumer.status().reason).toContain(name));
    stop.abort();
    await reading;
    expect(await bus.client.withAdmin('look', (admin) => admin.listTopics())).not.toContain(name);
  });

  it('do not keep the others from being written and read, when one is deleted', async () => {
    const [gone, left] = [await aTopic(), await aTopic()];
    await bus.publisher.publish(gone, events(2));
    await bus.publisher.publish(left, events(2));
    await bus.client.withAdmin('delete', (admin) => admin.deleteTopics({ topics: [gone] }));
    await eventually(() => expect(bus.log.offsets(gone)).rejects.toBeInstanceOf(UnknownTopicError));
    await expect(bus.publisher.publish(gone, events(1))).rejects.toMatchObject({ code: expect.stringMatching(/^bus\./) as string });
    await bus.publisher.publish(left, events(3));
    expect((await bus.log.offsets(left))[0]?.end).toBe(5);
    await bus.topics.ensure([aSpec({ name: gone, partitions: 2 })]);
    await eventually(async () => expect(await bus.publisher.publish(gone, events(10))).toHaveLength(10));
    expect(await readAll(bus.log, gone, 2)).toHaveLength(10);
  });
});

describe('topics that were made a moment ago', () => {
  it('take each event once: their leaders serve when ensure resolves', async () => {
    for (let round = 0; round < 40; round += 1) {
      const topic = await aTopic({ partitions: 4 });
      await bus.publisher.publish(topic, events(30));
      expect(await readAll(bus.log, topic, 4)).toHaveLength(30);
    }
  });
});

describe('sizes', () => {
  const LARGE = 1_048_450;

  it('leave room for the headers of a dead letter, whose topic takes 64 KiB more', async () => {
    const letter = { key: 'k', value: Buffer.alloc(LARGE, 'x'), headers: { dl_reason: 'malformed', dl_stage: 'decode', dl_group: 'group', dl_id: randomUUID() } };
    const same = await aTopic({ maxEventBytes: LARGE });
    await expect(bus.publisher.publish(same, [letter])).rejects.toBeInstanceOf(EventTooLargeError);
    const larger = await aTopic({ maxEventBytes: LARGE + 64 * 1_024 });
    const [position] = await bus.publisher.publish(larger, [letter]);
    expect((await bus.log.at(position as NonNullable<typeof position>))?.value?.length).toBe(LARGE);
  });

  it('take an event of the limit also where it has many headers', async () => {
    const topic = await aTopic({ maxEventBytes: 20_000 });
    const headers = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`h${String(index).padStart(3, '0')}`, 'x']));
    const value = Buffer.alloc(20_000 - 500, 'v');
    expect(await bus.publisher.publish(topic, [{ key: null, value, headers }])).toHaveLength(1);
  });

  it('cut what is too large for one batch of a partition, and for one request', async () => {
    const topic = await aTopic({ maxEventBytes: 50_000 });
    const batch = Array.from({ length: 120 }, (_, index) => anEvent(`${String(index).padStart(3, '0')}${'x'.repeat(45_000)}`, 'key'));
    const positions = await bus.publisher.publish(topic, batch);
    expect(positions.map(({ offset }) => offset)).toEqual(batch.map((_, index) => index));
    expect((await readAll(bus.log, topic)).map(valueOf)).toEqual(valuesOf(batch));
  });

  it('name the event that no longer fits, when the limit was lowered meanwhile', async () => {
    const topic = await aTopic({ maxEventBytes: 50_000 });
    await bus.publisher.publish(topic, [anEvent('first')]);
    const configEntries = [{ name: 'max.message.bytes', value: '10000' }];
    await bus.client.withAdmin('lower', (admin) => admin.alterConfigs({ validateOnly: false, resources: [{ type: 2, name: topic, configEntries }] }));
    const [refused, before] = await eventually(async () => {
      const offsets = await bus.log.offsets(topic);
      const error: unknown = await bus.publisher.publish(topic, [anEvent('fine'), anEvent('x'.repeat(20_000)), anEvent('fine')]).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(EventTooLargeError);
      return [error as EventTooLargeError, offsets] as const;
    });
    expect(refused.index).toBe(1);
    expect(await bus.log.offsets(topic)).toEqual(before);
    const small = Array.from({ length: 30 }, (_, index) => anEvent(`${index}-${'x'.repeat(2_000)}`));
    expect(await bus.publisher.publish(topic, small)).toHaveLength(30);
  });
});

describe('brokers that are away', () => {
  const nowhere = () => kafkaOptions({ brokers: ['127.0.0.1:1'] });

  it('are said to be, with the setting to look at; an abort does not wait for them', async () => {
    const publisher = publisherOn(new KafkaClient(nowhere(), new SystemClock()));
    await expect(publisher.publish('any', events(1))).rejects.toMatchObject({ code: 'bus.unavailable', remedy: expect.stringContaining('KAFKA_BROKERS') as string });
    const stop = new AbortController();
    const publishing = publisher.publish('any', events(1), stop.signal);
    const reason = new Error('no more');
    setTimeout(() => stop.abort(reason), 20);
    await expect(publishing).rejects.toBe(reason);
  });

  it('are found when they come, and come again', async () => {
    const topic = await aTopic({ partitions: 2 });
    const proxy = await TcpProxy.to(realKafka().brokers.split(',')[0] ?? '');
    try {
      const publisher = publisherOn(clientOn(through(proxy), kafkaOptions()));
      for (const round of [1, 2]) {
        proxy.cut();
        await expect(publisher.publish(topic, [anEvent(`lost-${round}`)])).rejects.toBeInstanceOf(BusUnavailableError);
        proxy.mend();
        await publisher.publish(topic, [anEvent(`found-${round}`)]);
      }
      expect(new Set((await readAll(bus.log, topic, 2)).map(valueOf))).toEqual(new Set(['found-1', 'found-2']));
    } finally {
      await proxy.close();
    }
  });
});
