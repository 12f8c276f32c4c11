import kafkajs, { type ResourceConfigQuery } from 'kafkajs';
import { UnknownTopicError } from '../../ports/event-bus.errors.js';
import { BusNotPermittedError } from './kafka-access.errors.js';
import { type KafkaClient } from './kafka-client.js';
import { type KafkaFetcher } from './kafka-fetcher.js';

/** What publishing must know of a topic. */
export interface TopicFacts {
  readonly partitions: number;
  /** The largest batch that the topic takes. */
  readonly maxMessageBytes: number;
}

const KNOWN_FOR_MS = 60_000;
const ASK_AGAIN_MS = 50;

/** Kafka's default, for a topic whose settings we may not see. */
const DEFAULT_MAX_MESSAGE_BYTES = 1_048_588;

const { TOPIC } = kafkajs.ConfigResourceTypes;

/** The topics as publishing needs them, asked for once in a while. */
export class TopicCatalog {
  private readonly known = new Map<string, { readonly facts: Promise<TopicFacts>; readonly until: number }>();

  constructor(
    private readonly client: KafkaClient,
    private readonly fetcher: KafkaFetcher,
  ) {}

  /** @throws UnknownTopicError, BusUnavailableError, BusAccessError */
  async facts(topic: string): Promise<TopicFacts> {
    const known = this.known.get(topic);
    if (known !== undefined && this.client.clock.monotonic() < known.until) return known.facts;
    const facts = this.ask(topic);
    this.known.set(topic, { facts, until: this.client.clock.monotonic() + KNOWN_FOR_MS });
    facts.catch(() => this.forget(topic));
    return facts;
  }

  /** Something did not fit: it is asked for again. */
  forget(topic: string): void {
    this.known.delete(topic);
  }

  private async ask(topic: string): Promise<TopicFacts> {
    const partitions = await this.fetcher.partitions(topic);
    return { partitions: partitions.length, maxMessageBytes: await this.maxMessageBytes(topic) };
  }

  private async maxMessageBytes(topic: string): Promise<number> {
    try {
      const settings = await topicSettings(this.client, topic, ['max.message.bytes']);
      return Number(settings.get('max.message.bytes') ?? DEFAULT_MAX_MESSAGE_BYTES);
    } catch (error) {
      if (error instanceof BusNotPermittedError) return DEFAULT_MAX_MESSAGE_BYTES;
      throw error;
    }
  }
}

/** Settings of a topic as Kafka names and writes them. Any broker may be asked: one that has not heard of the topic yet is asked again. */
export async function topicSettings(client: KafkaClient, topic: string, names: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const { clock, closed, sightings } = client;
  for (const began = clock.monotonic(); ; await clock.sleep(ASK_AGAIN_MS, closed)) {
    try {
      return await askSettings(client, topic, names);
    } catch (error) {
      if (!(error instanceof UnknownTopicError) || closed.aborted || clock.monotonic() - began > sightings.patienceMs(topic)) throw error;
    }
  }
}

async function askSettings(client: KafkaClient, topic: string, names: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const resource: ResourceConfigQuery = { type: TOPIC, name: topic, configNames: [...names] };
  const { resources } = await client.withAdmin(`settings of ${topic}`, (admin) => admin.describeConfigs({ resources: [resource], includeSynonyms: false }));
  return new Map(resources.flatMap(({ configEntries }) => configEntries).map(({ configName, configValue }) => [configName, configValue]));
}
