import { type OutgoingEvent, type Position } from '../../domain/event-record.js';
import { EventPublisher } from '../../ports/event-publisher.port.js';
import { type KafkaClient } from './kafka-client.js';
import { KafkaFetcher } from './kafka-fetcher.js';
import { TopicCatalog } from './topic-catalog.js';
import { TopicWriter } from './topic-writer.js';

/** A send is tried again while a leader may be moving; who publishes tries again after that. */
const RETRY = { retries: 5, initialRetryTime: 50, maxRetryTime: 1_000 };

/**
 * Appends to the cluster's log, acknowledged by all replicas that are in sync. Each topic has a writer, and a producer,
 * of its own: one topic that is gone or slow does not hold up the others.
 */
export class KafkaEventPublisher extends EventPublisher {
  private readonly writers = new Map<string, TopicWriter>();
  private readonly catalog: TopicCatalog;

  constructor(private readonly client: KafkaClient) {
    super();
    this.catalog = new TopicCatalog(client, new KafkaFetcher(client));
    client.closed.addEventListener('abort', () => this.stop(), { once: true });
  }

  /** @throws BusAccessError - the cluster does not let us in, or not publish; try again, a person has to mend it. */
  async publish(topic: string, events: readonly OutgoingEvent[], signal?: AbortSignal): Promise<readonly Position[]> {
    signal?.throwIfAborted();
    this.client.throwIfClosed();
    if (events.length === 0) return [];
    return this.writer(topic).publish(events, signal);
  }

  private writer(topic: string): TopicWriter {
    let writer = this.writers.get(topic);
    if (writer === undefined) this.writers.set(topic, (writer = this.makeWriter(topic)));
    return writer;
  }

  private makeWriter(topic: string): TopicWriter {
    const { client, catalog } = this;
    return new TopicWriter({
      topic,
      catalog,
      now: () => client.clock.now(),
      tracking: (work) => client.tracking(`publish ${topic}`, work),
      makeProducer: () =>
        client.kafka.producer({
          idempotent: false,
          allowAutoTopicCreation: false,
          retry: RETRY,
          createPartitioner: () => ({ message }) => message.partition ?? 0,
        }),
    });
  }

  private stop(): void {
    for (const writer of this.writers.values()) writer.stop(this.client.closed.reason as Error);
  }
}
