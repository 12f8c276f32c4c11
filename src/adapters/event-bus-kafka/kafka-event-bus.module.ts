import { ConfigurableModuleBuilder, Module } from '@nestjs/common';
import { Clock } from '../../ports/clock.port.js';
import { EventConsumer } from '../../ports/event-consumer.port.js';
import { EventLog } from '../../ports/event-log.port.js';
import { EventPublisher } from '../../ports/event-publisher.port.js';
import { EventTopics } from '../../ports/event-topics.port.js';
import { KafkaClient } from './kafka-client.js';
import { type KafkaEventBusOptions } from './kafka-event-bus.options.js';
import { KafkaEventBusProbe } from './kafka-event-bus.probe.js';
import { KafkaEventConsumer } from './kafka-event-consumer.js';
import { KafkaEventLog } from './kafka-event-log.js';
import { KafkaEventPublisher } from './kafka-event-publisher.js';
import { KafkaEventTopics } from './kafka-event-topics.js';

const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN } = new ConfigurableModuleBuilder<KafkaEventBusOptions>()
  .setExtras({}, (definition) => ({ ...definition, global: true }))
  .build();

/** Apache Kafka as the log. Nothing is connected before it is needed: the brokers may come later than the app. */
@Module({
  providers: [
    {
      provide: KafkaClient,
      inject: [MODULE_OPTIONS_TOKEN, Clock],
      useFactory: (options: KafkaEventBusOptions, clock: Clock) => new KafkaClient(options, clock),
    },
    { provide: EventTopics, inject: [KafkaClient], useFactory: (client: KafkaClient) => new KafkaEventTopics(client) },
    { provide: EventPublisher, inject: [KafkaClient], useFactory: (client: KafkaClient) => new KafkaEventPublisher(client) },
    { provide: EventLog, inject: [KafkaClient], useFactory: (client: KafkaClient) => new KafkaEventLog(client) },
    {
      provide: EventConsumer,
      inject: [MODULE_OPTIONS_TOKEN, KafkaClient],
      useFactory: ({ consumer }: KafkaEventBusOptions, client: KafkaClient) => new KafkaEventConsumer(client, consumer),
    },
    { provide: KafkaEventBusProbe, inject: [KafkaClient], useFactory: (client: KafkaClient) => new KafkaEventBusProbe(client) },
  ],
  exports: [EventTopics, EventPublisher, EventLog, EventConsumer, KafkaEventBusProbe],
})
export class KafkaEventBusModule extends ConfigurableModuleClass {}
