import { setMaxListeners } from 'node:events';
import { Logger } from '@nestjs/common';
import { Kafka, logLevel, type Producer } from 'kafkajs';
import { KafkaEventLog } from '../../src/adapters/event-bus-kafka/kafka-event-log.js';
import { type RecordedEvent } from '../../src/domain/event-record.js';
import { BusUnavailableError } from '../../src/ports/event-bus.errors.js';
import { aSpec, anEvent, readAll, Reading, valueOf, valuesOf } from '../contracts/event-bus/harness.js';
import { eventually } from '../support/eventually.js';
import { KafkaBus, kafkaOptions } from '../support/kafka-bus.js';
import { produceLines } from '../support/kafka-tools.js';
import { clientOn, through } from '../support/kafka-wires.js';
import { itGiven, realKafka } from '../support/real-servers.js';
import { SkippingClock } from '../support/skipping-clock.js';
import { TcpProxy } from '../support/tcp-proxy.js';

Logger.overrideLogger(false);

const clock = new SkippingClock();
let bus: KafkaBus;
beforeEach(async () => {
  bus = await KafkaBus.open({}, clock);
});
afterEach(() => bus.close());

async function aTopic(given: Parameters<typeof aSpec>[0] = {}): Promise<string> {
  const spec = aSpec(given);
  await bus.topics.ensure([spec]);
  return spec.name;
}

const kafka = () => new Kafka({ brokers: realKafka().brokers.split(','), logLevel: logLevel.NOTHING });

async function withProducer(work: (producer: Producer) => Promise<void>, transactionalId?: string): Promise<void> {
  const producer = kafka().producer({ createPartitioner: () => ({ message }) => message.partition ?? 0, ...(transactionalId === undefined ? {} : { transactionalId, idempotent: true, maxInFlightRequests: 1 }) });
  await producer.connect();
  try {
    await work(producer);
  } finally {
    await producer.disconnect();
  }
}

/** Before, committed, between, aborted, after: with transactions' marks in between. */
async function withTransactions(topic: string): Promise<void> {
  await bus.publisher.publish(topic, [anEvent('before')]);
  await withProducer(async (producer) => {
    const kept = await producer.transaction();
    await kept.send({ topic, messages: [{ value: 'committed-1' }, { value: 'committed-2' }] });
    await kept.commit();
    await bus.publisher.publish(topic, [anEvent('between')]);
    const dropped = await producer.transaction();
    await dropped.send({ topic, messages: [{ value: 'aborted-1' }, { value: 'aborted-2' }] });
    await bus.publisher.publish(topic, [anEvent('meanwhile')]);
    await dropped.abort();
  }, `transactions-of-${topic}`);
}

const COMMITTED = ['before', 'committed-1', 'committed-2', 'between', 'meanwhile'];

describe('transactions of a foreign producer', () => {
  it('are read where they were committed; a stretch that ends with a mark ends', async () => {
    const topic = await aTopic();
    await withTransactions(topic);
    const [offsets] = await bus.log.offsets(topic);
    expect(offsets?.end).toBeGreaterThan(COMMITTED.length + 2);
    expect((await readAll(bus.log, topic)).map(valueOf)).toEqual(COMMITTED);
    const seen = await Promise.all(Array.from({ length: offsets?.end ?? 0 }, (_, offset) => bus.log.at({ topic, partition: 0, offset })));
    expect(valuesOf(seen.filter((event) => event !== null))).toEqual(COMMITTED);
    const tailEnd: RecordedEvent[] = [];
    for await (const batch of bus.log.read({ topic, partition: 0, from: (offsets?.end ?? 0) - 1, to: Infinity })) tailEnd.push(...batch);
    expect(tailEnd).toEqual([]);
  });

  it('do not stop a tail', async () => {
    const topic = await aTopic();
    const stop = new AbortController();
    const seen: string[] = [];
    const tailing = (async () => {
      for await (const batch of bus.log.tail({ topic, partition: 0, from: 0 }, stop.signal)) seen.push(...valuesOf(batch));
    })();
    await withTransactions(topic);
    await bus.publisher.publish(topic, [anEvent('at last')]);
    await eventually(() => expect(seen).toEqual([...COMMITTED, 'at last']));
    stop.abort();
    await tailing;
  });

  it('hold back a stretch while they are open, and say so after a while', async () => {
    const topic = await aTopic();
    await bus.publisher.publish(topic, [anEvent('before')]);
    await withProducer(async (producer) => {
      const open = await producer.transaction();
      await open.send({ topic, messages: [{ value: 'undecided' }] });
      await bus.publisher.publish(topic, [anEvent('after')]);
      const reading = bus.log.read({ topic, partition: 0, from: 0, to: Infinity })[Symbol.asyncIterator]();
      expect(valuesOf((await reading.next()).value as RecordedEvent[])).toEqual(['before']);
      const next = reading.next();
      const skipping = setInterval(() => clock.skip(10_000), 10);
      await expect(next).rejects.toMatchObject({ code: 'bus.unavailable', message: expect.stringMatching(/transaction.* offset 1 /) as string });
      await expect(next).rejects.toBeInstanceOf(BusUnavailableError);
      clearInterval(skipping);
      await open.commit();
    }, `open-in-${topic}`);
    expect((await readAll(bus.log, topic)).map(valueOf)).toEqual(['before', 'undecided', 'after']);
  });
});

describe('records of a foreign producer', () => {
  it('keep what they have: no value, no key, headers that every object has as well, repeated and empty ones', async () => {
    const topic = await aTopic();
    const headers = { constructor: 'one', toString: ['two', 'three'], binary: Buffer.from([0xff]), empty: '' } as unknown as Record<string, string>;
    await withProducer(async (producer) => {
      await producer.send({ topic, messages: [{ key: 'k', value: null, headers }, { key: null, value: 'v' }] });
    });
    const [first, second] = await readAll(bus.log, topic);
    expect(first).toMatchObject({ key: Buffer.from('k'), value: null });
    expect(Object.entries(first?.headers ?? {})).toEqual([['constructor', 'one'], ['toString', ['two', 'three']], ['binary', Buffer.from([0xff])], ['empty', '']]);
    expect(second).toMatchObject({ key: null, value: Buffer.from('v'), headers: {} });
  });

  it("have their producer's time where the topic keeps that", async () => {
    const name = aSpec().name;
    await bus.client.withAdmin('make', (admin) => admin.createTopics({ waitForLeaders: false, topics: [{ topic: name, numPartitions: 1 }] }));
    await eventually(() => bus.log.offsets(name));
    await withProducer(async (producer) => {
      await producer.send({ topic: name, messages: [{ value: 'v', timestamp: '1700000000123' }] });
    });
    expect(await readAll(bus.log, name)).toMatchObject([{ timestampMs: 1_700_000_000_123, timestampType: 'create' }]);
  });

  it('that retention has removed are passed over: reading starts at the first one left', async () => {
    const topic = await aTopic();
    await bus.publisher.publish(topic, Array.from({ length: 10 }, (_, index) => anEvent(`event-${index}`)));
    await bus.client.withAdmin('remove', (admin) => admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: '6' }] }));
    expect(await bus.log.offsets(topic)).toEqual([{ partition: 0, first: 6, end: 10 }]);
    expect((await readAll(bus.log, topic)).map(({ offset }) => offset)).toEqual([6, 7, 8, 9]);
    expect(await bus.log.at({ topic, partition: 0, offset: 2 })).toBeNull();
    expect(await bus.log.offsetAtTime(topic, 0, 0)).toBe(6);
    const stop = new AbortController();
    const tail = bus.log.tail({ topic, partition: 0, from: 0 }, stop.signal)[Symbol.asyncIterator]();
    expect(((await tail.next()).value as RecordedEvent[])[0]?.offset).toBe(6);
    stop.abort();
    expect((await tail.next()).done).toBe(true);
  });
});

describe('compressed batches, made by the console producer', () => {
  const kafkaServers = realKafka();
  const lines = Array.from({ length: 300 }, (_, index) => JSON.stringify({ first_name: `Ada ${index}`, last_name: 'Lovelace', email: `ada${index}@example.org` }));

  for (const codec of ['gzip', 'snappy', 'lz4', 'zstd']) {
    itGiven(kafkaServers, ['classPath'], `are read: ${codec}`, async () => {
      const topic = await aTopic();
      await produceLines(topic, lines, ['--compression-codec', codec, '--batch-size', '1000']);
      expect((await readAll(bus.log, topic)).map(valueOf)).toEqual(lines);
      const reading = new Reading((await bus.openConsumer()).consumer, { topic, group: 'group' });
      await eventually(() => expect(reading.values).toEqual(lines));
      await reading.stop();
    });
  }
});

describe('many questions at once', () => {
  it('share a connection that is yet to be made', async () => {
    const topic = await aTopic();
    const positions = await bus.publisher.publish(topic, Array.from({ length: 40 }, (_, index) => anEvent(`event-${index}`)));
    const proxy = await TcpProxy.to(realKafka().brokers.split(',')[0] ?? '');
    const client = clientOn(through(proxy), kafkaOptions());
    try {
      const log = new KafkaEventLog(client);
      for (let round = 0; round < 2; round += 1) {
        const found = await Promise.all(positions.map((position) => log.at(position)));
        expect(found.map((event) => String(event?.value))).toEqual(positions.map((_, index) => `event-${index}`));
        expect(proxy.connections).toBeLessThanOrEqual(2);
        proxy.drop();
      }
    } finally {
      await client.close();
      await proxy.close();
    }
  });
});

describe('many tails in one process', () => {
  it('do not hold up each other, nor what is published', async () => {
    const topics = await Promise.all(Array.from({ length: 12 }, () => aTopic()));
    const stop = new AbortController();
    setMaxListeners(0, stop.signal);
    const heard = new Map<string, number>();
    const tails = topics.map(async (topic) => {
      for await (const batch of bus.log.tail({ topic, partition: 0, from: 0 }, stop.signal)) if (batch.length > 0) heard.set(topic, performance.now());
    });
    const waits: number[] = [];
    for (const topic of topics) {
      await bus.publisher.publish(topic, [anEvent('warm')]);
      await eventually(() => expect(heard.has(topic)).toBe(true));
      heard.delete(topic);
      await bus.publisher.publish(topic, [anEvent('news')]);
      const published = performance.now();
      await eventually(() => expect(heard.has(topic)).toBe(true), { everyMs: 1 });
      waits.push((heard.get(topic) ?? 0) - published);
    }
    expect([...waits].sort((a, b) => a - b)[6]).toBeLessThan(100);
    stop.abort();
    await Promise.all(tails);
  });
});
