import { Logger } from '@nestjs/common';
import { built } from './built.mjs';

/** A cluster's log as the app opens it, without checks of topics: who measures has made them. Close it. */
export async function openKafkaLog({ brokers }) {
  const [{ KafkaClient }, { SystemClock }, { KafkaEventPublisher }] = await Promise.all([
    built('adapters/event-bus-kafka/kafka-client'),
    built('adapters/clock-system/system-clock'),
    built('adapters/event-bus-kafka/kafka-event-publisher'),
  ]);
  // What a loop prints is its measurement.
  Logger.overrideLogger(false);
  const client = new KafkaClient({ brokers: brokers.split(','), clientId: 'userstream-bench', ssl: null, sasl: null, replication: -1 }, new SystemClock());
  return { publisher: new KafkaEventPublisher(client), close: () => client.close() };
}
