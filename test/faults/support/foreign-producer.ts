import { Kafka, logLevel, type Producer } from 'kafkajs';
import { partitionOfKey } from '../../../src/adapters/event-bus-kafka/partitioner.js';
import { type Position } from '../../../src/domain/event-record.js';
import { type Message } from './poison.js';

/** Together with others in one batch, larger ones would be more than a topic takes. */
const ALONE_BYTES = 100_000;

/** Somebody's own producer: it writes what Kafka lets it write, records without a value or of any time included. */
export class ForeignProducer {
  private turn = 0;

  private constructor(
    private readonly producer: Producer,
    private readonly topic: string,
    private readonly partitions: number,
  ) {}

  static async open(brokers: string, topic: string, partitions: number): Promise<ForeignProducer> {
    const kafka = new Kafka({ brokers: brokers.split(','), logLevel: logLevel.NOTHING });
    const producer = kafka.producer({ allowAutoTopicCreation: false, createPartitioner: () => ({ message }) => message.partition ?? 0 });
    await producer.connect();
    return new ForeignProducer(producer, topic, partitions);
  }

  /** The position of each, in their order. */
  async send(messages: readonly Message[]): Promise<readonly Position[]> {
    const positions: Position[] = [];
    const isLarge = ({ value }: Message) => (value?.length ?? 0) > ALONE_BYTES;
    const indexes = messages.map((_, index) => index);
    const small = indexes.filter((index) => !isLarge(messages[index] as Message));
    for (const some of [small, ...indexes.filter((index) => !small.includes(index)).map((index) => [index])]) {
      if (some.length > 0) await this.sendTogether(messages, some, positions);
    }
    return positions;
  }

  close(): Promise<void> {
    return this.producer.disconnect();
  }

  private async sendTogether(messages: readonly Message[], indexes: readonly number[], positions: Position[]): Promise<void> {
    const placed = indexes.map((index) => {
      const { key, value, headers, timestampMs } = messages[index] as Message;
      const partition = key === null ? this.turn++ % this.partitions : partitionOfKey(Buffer.from(key), this.partitions);
      return { index, message: { key, value, headers: headers as Record<string, string>, partition, timestamp: String(timestampMs ?? Date.now()) } };
    });
    const answer = await this.producer.send({ topic: this.topic, acks: -1, messages: placed.map(({ message }) => message) });
    const next = new Map(answer.map(({ partition, baseOffset }) => [partition, Number(baseOffset)]));
    for (const { index, message: { partition } } of placed) {
      const offset = next.get(partition);
      if (offset === undefined) throw new Error(`the broker did not say where it put record ${index}`);
      positions[index] = { topic: this.topic, partition, offset };
      next.set(partition, offset + 1);
    }
  }
}
