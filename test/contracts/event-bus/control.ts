import { type TallyDelta } from '../../../src/domain/tally.js';
import { BusUnavailableError } from '../../../src/ports/event-bus.errors.js';
import { allStored, aSpec, anEvent, deferred, events, Reading, valuesOf, type Suite } from './harness.js';

/** EventConsumer paused, resumed, and asked how it is. */
export function describeConsumerControl(suite: () => Suite): void {
  describe('pause, resume and status', () => {
    async function aTopic(partitions = 1): Promise<string> {
      const spec = aSpec({ partitions });
      await suite().bus.topics.ensure([spec]);
      return spec.name;
    }

    it('hands nothing over from pause to resume', async () => {
      const { bus, settles } = suite();
      const topic = await aTopic(2);
      const { consumer } = await bus.openConsumer();
      const reading = new Reading(consumer, { topic, group: 'group' });
      await settles(() => expect(reading.partitions).toHaveLength(2));
      await consumer.pause();
      await consumer.pause();
      await bus.publisher.publish(topic, events(10));
      await settles(() => expect(consumer.status().state).toBe('paused'));
      const other = new Reading((await bus.openConsumer()).consumer, { topic, group: 'another group' });
      await settles(() => expect(other.events).toHaveLength(10));
      expect(reading.events).toEqual([]);
      await consumer.resume();
      await settles(() => expect(new Set(reading.values)).toEqual(new Set(valuesOf(events(10)))));
      await settles(() => expect(consumer.status().state).toBe('running'));
      await Promise.all([reading.stop(), other.stop()]);
    });

    it('lets the work in hand end before pause resolves', async () => {
      const { bus, settles } = suite();
      const topic = await aTopic();
      await bus.publisher.publish(topic, events(3, { key: 'k' }));
      const verdict = deferred<TallyDelta>();
      const { consumer } = await bus.openConsumer();
      const reading = new Reading(consumer, { topic, group: 'group' }, () => verdict.promise);
      await settles(() => expect(reading.events).toHaveLength(3));
      let paused = false;
      const pausing = consumer.pause().then(() => (paused = true));
      await bus.publisher.publish(topic, [anEvent('later', 'k')]);
      expect(paused).toBe(false);
      verdict.resolve({ stored: 3, dead: 0, skipped: 0 });
      await pausing;
      expect((await bus.log.committed(topic, 'group'))[0]?.offset).toBe(3);
      expect(reading.values).not.toContain('later');
      await reading.stop();
    });

    it('keeps its partitions while it is paused', async () => {
      const { bus, settles, traits } = suite();
      const topic = await aTopic(2);
      const one = new Reading((await bus.openConsumer()).consumer, { topic, group: 'group' });
      const other = new Reading((await bus.openConsumer()).consumer, { topic, group: 'group' });
      await settles(() => expect([one.partitions.length, other.partitions.length]).toEqual([1, 1]));
      const before = one.partitions;
      await one.consumer.pause();
      const until = performance.now() + traits.rebalanceMs;
      await settles(() => {
        expect(one.partitions).toEqual(before);
        expect(performance.now()).toBeGreaterThan(until);
      });
      await Promise.all([one.stop(), other.stop()]);
    });

    it('does not bring a rejected batch again while it is paused', async () => {
      const { bus, settles } = suite();
      const topic = await aTopic();
      await bus.publisher.publish(topic, events(3, { key: 'k' }));
      let away = true;
      const { consumer } = await bus.openConsumer();
      const reading = new Reading(consumer, { topic, group: 'group' }, async (batch) => {
        if (away) throw new BusUnavailableError('the table is away');
        return allStored(batch);
      });
      await settles(() => expect(consumer.status().state).toBe('stalled'));
      await consumer.pause();
      const before = reading.batches.length;
      away = false;
      await settles(() => expect(consumer.status().state).toBe('paused'));
      expect(reading.batches).toHaveLength(before);
      await consumer.resume();
      await settles(async () => expect((await bus.log.committed(topic, 'group'))[0]?.offset).toBe(3));
      expect(valuesOf(reading.batches.at(-1)?.events ?? [])).toEqual(valuesOf(events(3)));
      await reading.stop();
    });

    it('can be paused before it runs', async () => {
      const { bus, settles } = suite();
      const topic = await aTopic();
      await bus.publisher.publish(topic, events(3, { key: 'k' }));
      const { consumer } = await bus.openConsumer();
      await consumer.pause();
      const reading = new Reading(consumer, { topic, group: 'group' });
      await settles(() => expect(consumer.status().state).toBe('paused'));
      expect(reading.events).toEqual([]);
      await consumer.resume();
      await settles(() => expect(reading.events).toHaveLength(3));
      await reading.stop();
    });

    it('tells the state of each partition, and the next offset', async () => {
      const { bus, settles } = suite();
      const topic = await aTopic(2);
      const { consumer } = await bus.openConsumer();
      expect(consumer.status()).toMatchObject({ state: 'stopped', partitions: [], incidents: [] });
      const positions = await bus.publisher.publish(topic, events(10));
      const reading = new Reading(consumer, { topic, group: 'group' });
      const counts = [0, 1].map((number) => positions.filter(({ partition }) => partition === number).length);
      await settles(() => expect(consumer.status().partitions.map(({ partition, next }) => [partition, next])).toEqual(counts.map((count, partition) => [partition, count])));
      expect(consumer.status()).toMatchObject({ state: 'running', reason: null, incidents: [] });
      expect(Math.abs(Date.now() - consumer.status().sinceMs)).toBeLessThan(60_000);
      await reading.stop();
      expect(consumer.status().state).toBe('stopped');
    });
  });
}
