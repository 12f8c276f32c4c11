import { Logger } from '@nestjs/common';
import { type Producer } from 'kafkajs';
import { type LogIncident } from '../../src/ports/event-consumer.port.js';
import { allStored, anEvent, deferred, events, type Reading, valuesOf } from '../contracts/event-bus/harness.js';
import { eventually } from '../support/eventually.js';
import { KafkaGroup } from '../support/kafka-group.js';
import { SkippingClock } from '../support/skipping-clock.js';

Logger.overrideLogger(false);

const PATIENCE = { withinMs: 60_000 };
const settles = <Result>(assertion: () => Result | Promise<Result>) => eventually(assertion, PATIENCE);

/** What the driver and a cluster in the wild do to a consumer, beyond the contract. */
describe('the consumer on Kafka', () => {
  let own: KafkaGroup;
  beforeEach(() => {
    own = new KafkaGroup();
  });
  afterEach(() => own.close());

  const send = async (producer: Producer, values: readonly string[], end: 'commit' | 'abort') => {
    const transaction = await producer.transaction();
    await transaction.send({ topic: own.topic, messages: values.map((value) => ({ value })) });
    await transaction[end]();
  };
  const kinds = (reading: Reading) => reading.consumer.status().incidents.map(({ kind, fromOffset, toOffset }: LogIncident) => ({ kind, fromOffset, toOffset }));

  describe('transactions', () => {
    it('hands over what was committed, and passes control records and aborted transactions: lag reaches 0', async () => {
      await own.makeTopic();
      const producer = await own.transactionalProducer();
      await send(producer, ['a', 'b'], 'commit');
      await send(producer, ['not this'], 'abort');
      await send(producer, ['c'], 'commit');
      const reading = own.join();
      await settles(() => expect(reading.values).toEqual(['a', 'b', 'c']));
      await send(producer, ['nor this', 'nor that'], 'abort');
      // Two, one and one records, a marker after each transaction, and two records that were aborted.
      await settles(async () => expect(await own.committed()).toEqual({ partition: 0, offset: 10, tally: { began: 0, stored: 3, dead: 0, skipped: 7 } }));
      expect(await own.lag()).toEqual([0]);
      expect(reading.values).toEqual(['a', 'b', 'c']);
      expect(kinds(reading)).toEqual([]);
    });

    it('passes them too where a member finds nothing else on the log', async () => {
      await own.makeTopic();
      const producer = await own.transactionalProducer();
      await send(producer, ['never'], 'abort');
      const reading = own.join();
      await settles(async () => expect(await own.committed()).toEqual({ partition: 0, offset: 2, tally: { began: 0, stored: 0, dead: 0, skipped: 2 } }));
      await own.publisher.publish(own.topic, [anEvent('at last')]);
      await settles(() => expect(reading.values).toEqual(['at last']));
    });

    it('says so where one is left open, for nothing after it can be read', async () => {
      await own.makeTopic();
      const clock = new SkippingClock();
      const producer = await own.transactionalProducer();
      const transaction = await producer.transaction();
      await transaction.send({ topic: own.topic, messages: [{ value: 'open' }] });
      await own.publisher.publish(own.topic, [anEvent('behind it')]);
      const reading = own.join(undefined, { stalledAfterMs: 600_000 }, { clock });
      await settles(() => expect(reading.consumer.status().state).toBe('running'));
      await eventually(
        () => {
          clock.skip(700_000);
          expect(reading.consumer.status().partitions[0]).toMatchObject({ state: 'stalled', code: 'bus.no-progress' });
        },
        { ...PATIENCE, everyMs: 2_000 },
      );
      await transaction.commit();
      await settles(() => expect(reading.values).toEqual(['open', 'behind it']));
      await settles(() => expect(reading.consumer.status().state).toBe('running'));
    });
  });

  describe('retention', () => {
    it('says which unread events it removed while nobody read, and goes on at the first one left', async () => {
      await own.makeTopic();
      await own.publisher.publish(own.topic, events(10, { key: 'k' }));
      const first = own.join(async (batch) => allStored(batch), { batch: { events: 3, bytes: 1_000_000 } });
      await settles(async () => expect((await own.committed())?.offset).toBe(10));
      await first.stop();
      await own.publisher.publish(own.topic, events(10, { key: 'k', prefix: 'unread' }));
      await removeBefore(15);
      const second = own.join();
      await settles(() => expect(second.values).toEqual(valuesOf(events(10, { key: 'k', prefix: 'unread' })).slice(5)));
      await settles(async () => expect(await own.committed()).toEqual({ partition: 0, offset: 20, tally: { began: 0, stored: 15, dead: 0, skipped: 5 } }));
      expect(kinds(second)).toEqual([{ kind: 'gap', fromOffset: 10, toOffset: 15 }]);
      await second.stop();
      const third = own.join();
      await settles(() => expect(third.consumer.status().incidents).toEqual(second.consumer.status().incidents));
    });

    it('says so while it reads: kafkajs would go on at the first one left without a word, and commit -2', async () => {
      await own.makeTopic();
      const reading = own.join();
      await own.publisher.publish(own.topic, events(3, { key: 'k' }));
      await settles(async () => expect((await own.committed())?.offset).toBe(3));
      await reading.consumer.pause();
      await own.publisher.publish(own.topic, events(4, { key: 'k', prefix: 'unread' }));
      await removeBefore(5);
      await reading.consumer.resume();
      await settles(() => expect(reading.values.slice(3)).toEqual(['unread-2', 'unread-3']));
      await settles(async () => expect(await own.committed()).toEqual({ partition: 0, offset: 7, tally: { began: 0, stored: 5, dead: 0, skipped: 2 } }));
      expect(kinds(reading)).toEqual([{ kind: 'gap', fromOffset: 3, toOffset: 5 }]);
    });

    it('keeps the tally where kafkajs found its offset gone before anybody told it', async () => {
      await own.makeTopic();
      // It looks too seldom to notice before the driver does.
      const reading = own.join(undefined, { lookEveryMs: 600_000 });
      await own.publisher.publish(own.topic, events(3, { key: 'k' }));
      await settles(async () => expect((await own.committed())?.offset).toBe(3));
      await reading.consumer.pause();
      await own.publisher.publish(own.topic, events(4, { key: 'k', prefix: 'unread' }));
      await removeBefore(5);
      await reading.consumer.resume();
      await settles(async () => expect(await own.committed()).toEqual({ partition: 0, offset: 7, tally: { began: 0, stored: 5, dead: 0, skipped: 2 } }));
      expect(kinds(reading)).toEqual([{ kind: 'gap', fromOffset: 3, toOffset: 5 }]);
    });

    it('removes everything: the position goes to the end, and nothing lags', async () => {
      await own.makeTopic();
      const reading = own.join();
      await own.publisher.publish(own.topic, events(2, { key: 'k' }));
      await settles(async () => expect((await own.committed())?.offset).toBe(2));
      await reading.consumer.pause();
      await own.publisher.publish(own.topic, events(3, { key: 'k' }));
      await removeBefore(5);
      await reading.consumer.resume();
      await settles(async () => expect(await own.committed()).toEqual({ partition: 0, offset: 5, tally: { began: 0, stored: 2, dead: 0, skipped: 3 } }));
      expect(kinds(reading)).toEqual([{ kind: 'gap', fromOffset: 2, toOffset: 5 }]);
    });

    async function removeBefore(offset: number): Promise<void> {
      const admin = await own.admin();
      await admin.fetchTopicOffsets(own.topic);
      await admin.deleteTopicRecords({ topic: own.topic, partitions: [{ partition: 0, offset: String(offset) }] });
    }
  });

  describe('a log that was replaced', () => {
    it('is noticed by a member that joins, though the new one is longer than what was committed', async () => {
      await own.makeTopic();
      await own.publisher.publish(own.topic, events(3, { key: 'k' }));
      const reading = own.join();
      await settles(async () => expect((await own.committed())?.offset).toBe(3));
      await reading.stop();
      const admin = await own.admin();
      const [before] = await admin.fetchOffsets({ groupId: own.group, topics: [own.topic] });
      await replace();
      await own.publisher.publish(own.topic, events(5, { key: 'k', prefix: 'new' }));
      // A broker forgets the commits of a topic that it deletes; a log restored from elsewhere keeps them.
      await own.commit(before?.partitions[0]);
      const again = own.join();
      await settles(async () => expect(await own.committed()).toEqual({ partition: 0, offset: 5, tally: { began: 0, stored: 5, dead: 0, skipped: 0 } }));
      expect(again.values).toEqual(valuesOf(events(5, { key: 'k', prefix: 'new' })));
      expect(kinds(again)).toEqual([{ kind: 'log-replaced', fromOffset: 3, toOffset: 0 }]);
    });

    it('is noticed by a commit beyond its end', async () => {
      await own.makeTopic();
      await own.publisher.publish(own.topic, events(2, { key: 'k' }));
      await own.commit({ offset: '1000', metadata: null });
      const reading = own.join();
      await settles(() => expect(reading.values).toEqual(valuesOf(events(2, { key: 'k' }))));
      await settles(async () => expect(await own.committed()).toEqual({ partition: 0, offset: 2, tally: { began: 0, stored: 2, dead: 0, skipped: 0 } }));
      expect(kinds(reading)).toEqual([{ kind: 'log-replaced', fromOffset: 1_000, toOffset: 0 }]);
    });

    it('is noticed while it is being read', async () => {
      await own.makeTopic();
      await own.publisher.publish(own.topic, events(5, { key: 'k' }));
      const reading = own.join();
      await settles(async () => expect((await own.committed())?.offset).toBe(5));
      await replace();
      await own.publisher.publish(own.topic, events(2, { key: 'k', prefix: 'new' }));
      await settles(() => expect(reading.values.slice(5)).toEqual(['new-0', 'new-1']));
      await settles(async () => expect(await own.committed()).toEqual({ partition: 0, offset: 2, tally: { began: 0, stored: 2, dead: 0, skipped: 0 } }));
      expect(kinds(reading)).toEqual([{ kind: 'log-replaced', fromOffset: 5, toOffset: 0 }]);
    });

    async function replace(): Promise<void> {
      const admin = await own.admin();
      await admin.deleteTopics({ topics: [own.topic] });
      await settles(async () => expect(await admin.listTopics()).not.toContain(own.topic));
      await settles(() => own.makeTopic());
    }
  });

  describe('a group that others use', () => {
    it("goes on at somebody else's commit, and counts from there", async () => {
      await own.makeTopic();
      await own.publisher.publish(own.topic, events(5, { key: 'k' }));
      await own.commit({ offset: '2', metadata: 'another consumer was here' });
      const reading = own.join();
      await settles(async () => expect(await own.committed()).toEqual({ partition: 0, offset: 5, tally: { began: 2, stored: 3, dead: 0, skipped: 0 } }));
      expect(reading.values).toEqual(valuesOf(events(5, { key: 'k' })).slice(2));
    });

    it('gives each topic to its own subscribers: kafkajs would share out the topics of the leader alone', async () => {
      await own.makeTopic(2);
      const other = `${own.topic}-other`;
      await own.makeTopic(2, other);
      const leader = own.join(undefined, {}, { topic: other });
      await settles(() => expect(leader.partitions).toEqual([0, 1]));
      const reading = own.join();
      await settles(() => expect([leader.partitions, reading.partitions]).toEqual([[0, 1], [0, 1]]));
      await own.publisher.publish(own.topic, events(6));
      await settles(() => expect(new Set(reading.values)).toEqual(new Set(valuesOf(events(6)))));
      expect(leader.values).toEqual([]);
    });
  });

  describe('work in hand', () => {
    it('keeps its membership however long it takes', async () => {
      await own.makeTopic();
      await own.publisher.publish(own.topic, events(3, { key: 'k' }));
      const verdict = deferred();
      const reading = own.join(async (batch) => {
        await verdict.promise;
        return allStored(batch);
      });
      await settles(() => expect(reading.events).toHaveLength(3));
      const started = performance.now();
      await settles(() => expect(performance.now() - started).toBeGreaterThan(7_000));
      verdict.resolve();
      await settles(async () => expect((await own.committed())?.tally).toMatchObject({ stored: 3 }));
      expect(reading.events).toHaveLength(3);
    });

    it('that does not end in time is aborted, its partition goes on elsewhere, and its result is thrown away', async () => {
      await own.makeTopic(1);
      await own.publisher.publish(own.topic, events(3, { key: 'k' }));
      const verdict = deferred();
      const aborted = new Set<Reading>();
      const handler = (): Reading => {
        const reading: Reading = own.join(async (batch, signal) => {
          signal.addEventListener('abort', () => aborted.add(reading));
          await verdict.promise;
          return { stored: 0, dead: batch.events.length, skipped: 0 };
        }, { handoverMs: 500 });
        return reading;
      };
      const slow = handler();
      await settles(() => expect(slow.events).toHaveLength(3));
      const heirs = [own.join(), own.join(), own.join()];
      await settles(() => expect(aborted.has(slow)).toBe(true));
      const stopped = slow.stop();
      await settles(() => expect(heirs.flatMap(({ values }) => values)).toEqual(valuesOf(events(3, { key: 'k' }))));
      await settles(async () => expect(await own.committed()).toEqual({ partition: 0, offset: 3, tally: { began: 0, stored: 3, dead: 0, skipped: 0 } }));
      verdict.resolve();
      await stopped;
      expect(await own.committed()).toEqual({ partition: 0, offset: 3, tally: { began: 0, stored: 3, dead: 0, skipped: 0 } });
    });

    it('comes in batches within the limits, whatever a fetch brings', async () => {
      await own.makeTopic();
      const sizes = [10, 10, 10, 10, 500, 10, 60, 60, 60];
      await own.publisher.publish(own.topic, sizes.map((size, index) => anEvent(String(index).padEnd(size, '.'), 'k')));
      const reading = own.join(undefined, { batch: { events: 3, bytes: 130 } });
      await settles(async () => expect((await own.committed())?.offset).toBe(sizes.length));
      expect(reading.batches.map((batch) => batch.events.map(({ offset }) => offset))).toEqual([[0, 1, 2], [3], [4], [5, 6], [7, 8]]);
    });
  });
});
