import { type Message } from 'kafkajs';
import { type OutgoingEvent, type RecordedEvent } from '../../domain/event-record.js';

/** A record of a format before Kafka 0.11, as kafkajs reads it: such records have no headers. */
export interface OldRecord {
  readonly offset: string;
  /** Milliseconds since 1970. */
  readonly timestamp: string;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
}

/** A record of an old format as the port shows it. */
export function toRecordedEvent(topic: string, partition: number, { offset, timestamp, key, value }: OldRecord): RecordedEvent {
  return { topic, partition, offset: Number(offset), timestampMs: Number(timestamp), timestampType: 'create', key, value, headers: {} };
}

/** An event as kafkajs takes it, for a partition. */
export function toMessage({ key, value, headers }: OutgoingEvent, partition: number, timestamp: string): Message {
  return { key: key === null ? null : Buffer.from(key), value, headers: headers as NonNullable<Message['headers']>, partition, timestamp };
}
