import { randomUUID } from 'node:crypto';
import { SystemClock } from '../../src/adapters/clock-system/system-clock.js';
import { KafkaClient } from '../../src/adapters/event-bus-kafka/kafka-client.js';
import { type KafkaConsumerOptions } from '../../src/adapters/event-bus-kafka/kafka-consumer-options.js';
import { type KafkaEventBusOptions } from '../../src/adapters/event-bus-kafka/kafka-event-bus.options.js';
import { KafkaEventConsumer } from '../../src/adapters/event-bus-kafka/kafka-event-consumer.js';
import { KafkaEventLog } from '../../src/adapters/event-bus-kafka/kafka-event-log.js';
import { KafkaEventPublisher } from '../../src/adapters/event-bus-kafka/kafka-event-publisher.js';
import { KafkaEventTopics } from '../../src/adapters/event-bus-kafka/kafka-event-topics.js';
import { type CommittedOffset } from '../../src/ports/event-log.port.js';
import { type BatchHandler, type Subscription } from '../../src/ports/event-consumer.port.js';
import { type Clock } from '../../src/ports/clock.port.js';
import { type BusTraits, type BusUnderTest, type OpenedConsumer } from '../contracts/event-bus/harness.js';
import { realKafka } from './real-servers.js';

/** Quick, so that a test need not wait long for a session to end; the brokers allow no shorter one than 6 s. */
export const QUICK_KAFKA_CONSUMER: Partial<KafkaConsumerOptions> = {
  sessionTimeoutMs: 6_000,
  heartbeatMs: 500,
  rebalanceTimeoutMs: 10_000,
  handoverMs: 3_000,
  fetchWaitMs: 200,
  lookEveryMs: 500,
  retry: { baseMs: 20, maxMs: 60 },
  reconnect: { baseMs: 50, maxMs: 500 },
};

export const KAFKA_TRAITS: BusTraits = {
  rebalanceMs: 15_000,
  noticeMs: 500,
  largestValue: (maxEventBytes, keyBytes) => maxEventBytes - keyBytes,
};

/** In plain text, with the brokers' own replication, from the test's real brokers or those given. */
export function kafkaOptions(given: Partial<KafkaEventBusOptions> = {}): KafkaEventBusOptions {
  return { clientId: 'userstream-test', ssl: null, sasl: null, replication: -1, ...given, brokers: given.brokers ?? realKafka().brokers.split(',') };
}

/** The log and the consumers of a bus that has groups of its own: on a real cluster they would outlive the test under the same name. */
class LogOfGroups extends KafkaEventLog {
  constructor(client: KafkaClient, private readonly suffix: string) {
    super(client);
  }

  override committed(topic: string, group: string): Promise<readonly CommittedOffset[]> {
    return super.committed(topic, group + this.suffix);
  }
}

class ConsumerOfGroups extends KafkaEventConsumer {
  constructor(client: KafkaClient, options: Partial<KafkaConsumerOptions>, private readonly suffix: string) {
    super(client, options);
  }

  override run({ topic, group }: Subscription, handle: BatchHandler, signal: AbortSignal): Promise<void> {
    return super.run({ topic, group: group + this.suffix }, handle, signal);
  }
}

/** The bus on a real cluster; each consumer has connections of its own, as if in another process. */
export class KafkaBus implements BusUnderTest {
  topics!: KafkaEventTopics;
  publisher!: KafkaEventPublisher;
  log!: KafkaEventLog;
  client!: KafkaClient;
  private readonly others = new Set<KafkaClient>();
  private readonly suffix = ` ${randomUUID()}`;

  private constructor(private readonly options: KafkaEventBusOptions, readonly clock: Clock) {
    this.connect();
  }

  static async open(given: Partial<KafkaEventBusOptions> = {}, clock: Clock = new SystemClock()): Promise<KafkaBus> {
    return new KafkaBus(kafkaOptions(given), clock);
  }

  async openConsumer(options: Partial<KafkaConsumerOptions> = {}): Promise<OpenedConsumer> {
    const client = new KafkaClient(this.options, this.clock);
    this.others.add(client);
    return { consumer: new ConsumerOfGroups(client, { ...QUICK_KAFKA_CONSUMER, ...options }, this.suffix), die: () => client.close() };
  }

  async reopen(): Promise<void> {
    await this.close();
    this.connect();
  }

  async close(): Promise<void> {
    await Promise.all([this.client, ...this.others].map((client) => client.close()));
    this.others.clear();
  }

  private connect(): void {
    this.client = new KafkaClient(this.options, this.clock);
    this.topics = new KafkaEventTopics(this.client);
    this.publisher = new KafkaEventPublisher(this.client);
    this.log = new LogOfGroups(this.client, this.suffix);
  }
}
