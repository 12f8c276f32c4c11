import { jest } from '@jest/globals';
import { describeConsumerControl } from './event-bus/control.js';
import { describeConsuming } from './event-bus/consuming.js';
import { describeFailures } from './event-bus/failures.js';
import { describeGroups } from './event-bus/groups.js';
import { settlesWithin, type BusTraits, type BusUnderTest, type Suite } from './event-bus/harness.js';
import { describeLog } from './event-bus/log.js';
import { describePublishing } from './event-bus/publishing.js';
import { describeTopics } from './event-bus/topics.js';

export { type BusTraits, type BusUnderTest, type OpenedConsumer } from './event-bus/harness.js';

/** What a test may take where nothing but the machine is slow. */
const SLOW_MACHINE_MS = 30_000;

/**
 * The contract of the bus's ports (EventTopics, EventPublisher, EventLog, EventConsumer), sentence by sentence. Every
 * bus runs it; each test makes topics and groups of its own on the bus that `open` gives it.
 */
export function describeEventBus(name: string, traits: BusTraits, open: () => Promise<BusUnderTest>): void {
  jest.setTimeout(SLOW_MACHINE_MS + 5 * traits.rebalanceMs);

  describe(`the event bus on ${name}`, () => {
    let bus: BusUnderTest;
    beforeEach(async () => {
      bus = await open();
    });
    afterEach(async () => {
      await bus.close();
    });

    const suite = (): Suite => ({ traits, bus, settles: settlesWithin(traits) });
    describeTopics(suite);
    describePublishing(suite);
    describeLog(suite);
    describeConsuming(suite);
    describeGroups(suite);
    describeFailures(suite);
    describeConsumerControl(suite);
  });
}
