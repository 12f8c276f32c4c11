import { BusUnavailableError } from '../../../src/ports/event-bus.errors.js';
import { allStored, aSpec, anEvent, events, Reading, valuesOf, type Suite } from './harness.js';

const AWAY = 'the table is away';

/** A failure of the disposition `retry`; any of those will do. */
const tableAway = () => new BusUnavailableError(AWAY);

/** EventConsumer when the handler fails. */
export function describeFailures(suite: () => Suite): void {
  describe('a failing handler', () => {
    async function aTopic(partitions = 1): Promise<string> {
      const spec = aSpec({ partitions });
      await suite().bus.topics.ensure([spec]);
      return spec.name;
    }

    it('gets a batch rejected with `retry` again, the same events, before any later ones', async () => {
      const { bus, settles } = suite();
      const topic = await aTopic();
      await bus.publisher.publish(topic, events(3, { key: 'k' }));
      let failures = 2;
      const states = new Set<string>();
      const { consumer } = await bus.openConsumer();
      const look = () => {
        const { state, reason } = consumer.status();
        states.add(`${state}: ${reason}`);
      };
      const reading = new Reading(consumer, { topic, group: 'group' }, async (batch) => {
        look();
        if (failures === 0) return allStored(batch);
        failures -= 1;
        await bus.publisher.publish(topic, [anEvent(`later-${failures}`, 'k')]);
        throw tableAway();
      });
      await settles(() => {
        look();
        expect(reading.values).toContain('later-0');
      });
      const first = valuesOf(events(3));
      expect(reading.batches.slice(0, 3).map((batch) => valuesOf(batch.events))).toEqual([first, first, first]);
      expect(reading.batches.slice(3).flatMap((batch) => valuesOf(batch.events))).toEqual(['later-1', 'later-0']);
      expect([...states].some((state) => state.startsWith('stalled') && state.includes(AWAY))).toBe(true);
      await settles(async () => expect(await bus.log.committed(topic, 'group')).toEqual([{ partition: 0, offset: 5, tally: { began: 0, stored: 5, dead: 0, skipped: 0 } }]));
      await settles(() => expect(consumer.status().state).toBe('running'));
      await reading.stop();
    });

    it('is halted by anything else: nothing is acknowledged, and the other partitions go on', async () => {
      const { bus, settles } = suite();
      const topic = await aTopic(2);
      const positions = await bus.publisher.publish(topic, events(20));
      const { consumer } = await bus.openConsumer();
      const reading = new Reading(consumer, { topic, group: 'group' }, async (batch) => {
        if (batch.partition === 0) throw new TypeError('undefined is not a function');
        return allStored(batch);
      });
      await settles(() => expect(consumer.status()).toMatchObject({ state: 'halted', reason: 'undefined is not a function' }));
      expect(consumer.status().partitions[0]).toMatchObject({ partition: 0, state: 'halted', code: 'unexpected.TypeError', next: 0 });
      await bus.publisher.publish(topic, events(20, { prefix: 'more' }));
      const ofPartition1 = positions.filter(({ partition }) => partition === 1).length * 2;
      await settles(async () => expect((await bus.log.committed(topic, 'group')).map(({ partition, offset }) => [partition, offset])).toEqual([[1, ofPartition1]]));
      expect(reading.batches.filter(({ partition }) => partition === 0)).toHaveLength(1);
      await reading.stop();
    });

    it('gets another try after resume, with the same events', async () => {
      const { bus, settles } = suite();
      const topic = await aTopic();
      await bus.publisher.publish(topic, events(3, { key: 'k' }));
      let broken = true;
      const { consumer } = await bus.openConsumer();
      const reading = new Reading(consumer, { topic, group: 'group' }, async (batch) => {
        if (broken) throw new Error('a bug of ours');
        return allStored(batch);
      });
      await settles(() => expect(consumer.status().state).toBe('halted'));
      broken = false;
      await consumer.resume();
      await settles(async () => expect((await bus.log.committed(topic, 'group'))[0]?.offset).toBe(3));
      expect(reading.batches.map((batch) => valuesOf(batch.events))).toEqual([valuesOf(events(3)), valuesOf(events(3))]);
      await settles(() => expect(consumer.status()).toMatchObject({ state: 'running', reason: null }));
      await reading.stop();
    });

    it.each([
      ['too few', { stored: 1, dead: 0, skipped: 0 }],
      ['too many', { stored: 3, dead: 1, skipped: 0 }],
      ['negative ones', { stored: 4, dead: -1, skipped: 0 }],
    ])('is halted by a tally of %s', async (_, tally) => {
      const { bus, settles } = suite();
      const topic = await aTopic();
      await bus.publisher.publish(topic, events(3, { key: 'k' }));
      const { consumer } = await bus.openConsumer();
      const reading = new Reading(consumer, { topic, group: 'group' }, async () => tally);
      await settles(() => expect(consumer.status().partitions[0]).toMatchObject({ state: 'halted', code: 'bus.tally-mismatch' }));
      await reading.stop();
      expect(await bus.log.committed(topic, 'group')).toEqual([]);
    });

    it('does not hold up a stop while it waits for another try', async () => {
      const { bus, settles } = suite();
      const topic = await aTopic();
      await bus.publisher.publish(topic, events(3, { key: 'k' }));
      const { consumer } = await bus.openConsumer();
      const reading = new Reading(consumer, { topic, group: 'group' }, () => Promise.reject(tableAway()));
      await settles(() => expect(consumer.status().state).toBe('stalled'));
      await reading.stop();
      expect(await bus.log.committed(topic, 'group')).toEqual([]);
    });
  });
}
