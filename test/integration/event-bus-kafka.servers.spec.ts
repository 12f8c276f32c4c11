import { Logger } from '@nestjs/common';
import { describeEventBus } from '../contracts/event-bus.contract.js';
import { KAFKA_TRAITS, KafkaBus } from '../support/kafka-bus.js';

Logger.overrideLogger(false);

describeEventBus('Kafka', KAFKA_TRAITS, () => KafkaBus.open());
