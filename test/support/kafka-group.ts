import { randomUUID } from 'node:crypto';
import { type Admin, type Producer } from 'kafkajs';
import { SystemClock } from '../../src/adapters/clock-system/system-clock.js';
import { KafkaClient } from '../../src/adapters/event-bus-kafka/kafka-client.js';
import { type KafkaConsumerOptions } from '../../src/adapters/event-bus-kafka/kafka-consumer-options.js';
import { type KafkaEventBusOptions } from '../../src/adapters/event-bus-kafka/kafka-event-bus.options.js';
import { KafkaEventConsumer } from '../../src/adapters/event-bus-kafka/kafka-event-consumer.js';
import { KafkaEventLog } from '../../src/adapters/event-bus-kafka/kafka-event-log.js';
import { KafkaEventPublisher } from '../../src/adapters/event-bus-kafka/kafka-event-publisher.js';
import { KafkaEventTopics } from '../../src/adapters/event-bus-kafka/kafka-event-topics.js';
import { tallied } from '../../src/domain/tally.js';
import { type Clock } from '../../src/ports/clock.port.js';
import { type BatchHandler } from '../../src/ports/event-consumer.port.js';
import { type CommittedOffset } from '../../src/ports/event-log.port.js';
import { aSpec, Reading } from '../contracts/event-bus/harness.js';
import { kafkaOptions, QUICK_KAFKA_CONSUMER } from './kafka-bus.js';

/** A group and a topic of a test's own on a real cluster, with the driver's own tools for what somebody else does to them. */
export class KafkaGroup {
  readonly group = `group-${randomUUID()}`;
  readonly topic = aSpec().name;
  readonly log: KafkaEventLog;
  readonly publisher: KafkaEventPublisher;
  readonly topics: KafkaEventTopics;
  private readonly client: KafkaClient;
  private readonly ends: (() => Promise<void>)[] = [];

  constructor(private readonly given: Partial<KafkaEventBusOptions> = {}) {
    this.client = this.newClient();
    this.log = new KafkaEventLog(this.client);
    this.publisher = new KafkaEventPublisher(this.client);
    this.topics = new KafkaEventTopics(this.client);
  }

  async makeTopic(partitions = 1, name = this.topic): Promise<void> {
    await this.topics.ensure([aSpec({ name, partitions })]);
  }

  /** A member, on connections of its own. */
  join(handle?: BatchHandler, options: Partial<KafkaConsumerOptions> = {}, { clock = new SystemClock(), topic = this.topic }: { clock?: Clock; topic?: string } = {}): Reading {
    const client = new KafkaClient(kafkaOptions(this.given), clock);
    const reading = new Reading(new KafkaEventConsumer(client, { ...QUICK_KAFKA_CONSUMER, ...options }), { topic, group: this.group }, handle);
    this.ends.push(() => reading.stop(), () => client.close());
    return reading;
  }

  /** Of a topic with one partition; checked for what holds always: stored + dead + skipped = committed - began. */
  async committed(): Promise<CommittedOffset | undefined> {
    const [committed] = await this.log.committed(this.topic, this.group);
    if (committed?.tally && tallied(committed.tally) !== committed.offset - committed.tally.began) throw new Error(`the ledger does not add up: ${JSON.stringify(committed)}`);
    return committed;
  }

  async lag(): Promise<readonly number[]> {
    return (await this.log.lag(this.topic, this.group)).map(({ lag }) => lag);
  }

  async admin(): Promise<Admin> {
    const admin = this.client.kafka.admin();
    await admin.connect();
    this.ends.push(() => admin.disconnect());
    return admin;
  }

  async transactionalProducer(): Promise<Producer> {
    const producer = this.client.kafka.producer({ transactionalId: randomUUID(), idempotent: true, maxInFlightRequests: 1 });
    await producer.connect();
    this.ends.push(() => producer.disconnect());
    return producer;
  }

  /** As a foreign member does, with the metadata of its choice. */
  async commit({ offset, metadata }: { readonly offset: string; readonly metadata: string | null } = { offset: '0', metadata: null }): Promise<void> {
    const consumer = this.client.kafka.consumer({ groupId: this.group, maxWaitTimeInMs: 100 });
    const joined = new Promise<void>((resolve) => {
      consumer.on(consumer.events.GROUP_JOIN, () => {
        // An offset that is not on the log would be replaced by the driver as soon as it fetches.
        consumer.pause([{ topic: this.topic }]);
        resolve();
      });
    });
    await consumer.connect();
    await consumer.subscribe({ topics: [this.topic] });
    await consumer.run({ autoCommit: false, eachBatchAutoResolve: false, eachBatch: async () => undefined });
    await joined;
    await consumer.commitOffsets([{ topic: this.topic, partition: 0, offset, metadata }]);
    await consumer.disconnect();
  }

  async close(): Promise<void> {
    for (const end of this.ends) await end();
    await this.client.close();
  }

  private newClient(): KafkaClient {
    return new KafkaClient(kafkaOptions(this.given), new SystemClock());
  }
}
