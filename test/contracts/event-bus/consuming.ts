import { type EventBatch } from '../../../src/ports/event-consumer.port.js';
import { type TallyDelta } from '../../../src/domain/tally.js';
import { allStored, aSpec, anEvent, deferred, events, Reading, valueOf, valuesOf, type Suite } from './harness.js';

/** EventConsumer as a single reader: order, positions, tallies, beginning and end. */
export function describeConsuming(suite: () => Suite): void {
  describe('consuming', () => {
    async function aTopic(partitions = 1): Promise<string> {
      const spec = aSpec({ partitions });
      await suite().bus.topics.ensure([spec]);
      return spec.name;
    }

    async function startReading(topic: string, ...rest: [handle?: ConstructorParameters<typeof Reading>[2]]): Promise<Reading> {
      const { consumer } = await suite().bus.openConsumer();
      return new Reading(consumer, { topic, group: 'group' }, ...rest);
    }

    it('hands over what was published while nobody listened, from the first event left', async () => {
      const { bus, settles } = suite();
      const topic = await aTopic(3);
      await bus.publisher.publish(topic, events(100));
      const reading = await startReading(topic);
      await settles(() => expect(reading.events).toHaveLength(100));
      expect(new Set(reading.values)).toEqual(new Set(valuesOf(events(100))));
      expect(reading.batches.every((batch) => batch.events.length > 0 && batch.topic === topic)).toBe(true);
      await reading.stop();
    });

    it('hands over the events of a key in the order in which they were published', async () => {
      const { bus, settles } = suite();
      const topic = await aTopic(4);
      const reading = await startReading(topic);
      const keys = ['a', 'b', 'c', 'd', 'e'];
      for (let round = 0; round < 10; round += 1) await bus.publisher.publish(topic, keys.map((key) => anEvent(`${key}:${round}`, key)));
      await settles(() => expect(reading.events).toHaveLength(50));
      for (const key of keys) {
        expect(reading.values.filter((value) => value.startsWith(key))).toEqual(Array.from({ length: 10 }, (_, round) => `${key}:${round}`));
      }
      await reading.stop();
    });

    it('notices new events soon', async () => {
      const { bus, settles, traits } = suite();
      const topic = await aTopic();
      const reading = await startReading(topic);
      await settles(() => expect(reading.partitions).toEqual([0]));
      const waits: number[] = [];
      for (let count = 1; count <= 5; count += 1) {
        const started = performance.now();
        await bus.publisher.publish(topic, [anEvent(`tick-${count}`)]);
        await settles(() => expect(reading.events).toHaveLength(count));
        waits.push(performance.now() - started);
      }
      expect(Math.min(...waits)).toBeLessThan(traits.noticeMs);
      await reading.stop();
    });

    it('moves the position only after the handling, and the tally in the same step', async () => {
      const { bus, settles } = suite();
      const topic = await aTopic();
      await bus.publisher.publish(topic, events(5, { key: 'k' }));
      const verdict = deferred<TallyDelta>();
      const reading = await startReading(topic, () => verdict.promise);
      await settles(() => expect(reading.events).toHaveLength(5));
      expect(await bus.log.committed(topic, 'group')).toEqual([]);
      verdict.resolve({ stored: 2, dead: 2, skipped: 1 });
      await settles(async () => expect(await bus.log.committed(topic, 'group')).toEqual([{ partition: 0, offset: 5, tally: { began: 0, stored: 2, dead: 2, skipped: 1 } }]));
      await reading.stop();
    });

    it('keeps counting through a restart: stored + dead + skipped = committed - began', async () => {
      const { bus, settles } = suite();
      const topic = await aTopic();
      for (const [stored, dead, skipped] of [[3, 0, 0], [1, 2, 0], [0, 0, 3]] as const) {
        await bus.publisher.publish(topic, events(3, { key: 'k' }));
        const reading = await startReading(topic, async () => ({ stored, dead, skipped }));
        await settles(() => expect(reading.consumer.status().partitions[0]?.next ?? 0).toBeGreaterThan(0));
        await settles(async () => expect((await bus.log.lag(topic, 'group'))[0]?.lag).toBe(0));
        await reading.stop();
        await bus.reopen();
      }
      expect(await bus.log.committed(topic, 'group')).toEqual([{ partition: 0, offset: 9, tally: { began: 0, stored: 4, dead: 2, skipped: 3 } }]);
    });

    it('never hands over two batches of a partition at once, and those of different partitions together', async () => {
      const { bus, settles } = suite();
      const topic = await aTopic(2);
      const inWork = new Map<number, number>();
      let together = 0;
      let twice = 0;
      const gate = deferred();
      const handle = async (batch: EventBatch) => {
        inWork.set(batch.partition, (inWork.get(batch.partition) ?? 0) + 1);
        if ((inWork.get(batch.partition) ?? 0) > 1) twice += 1;
        together = Math.max(together, [...inWork.values()].filter((count) => count > 0).length);
        await gate.promise;
        await new Promise((resolve) => setImmediate(resolve));
        inWork.set(batch.partition, (inWork.get(batch.partition) ?? 0) - 1);
        return allStored(batch);
      };
      await bus.publisher.publish(topic, events(20));
      const reading = await startReading(topic, handle);
      await settles(() => expect(together).toBe(2));
      for (let round = 0; round < 10; round += 1) await bus.publisher.publish(topic, events(20, { prefix: `more-${round}` }));
      gate.resolve();
      await settles(() => expect(reading.events).toHaveLength(220));
      expect(twice).toBe(0);
      await reading.stop();
    });

    it('finishes and commits the work in hand before run resolves', async () => {
      const { bus, settles } = suite();
      const topic = await aTopic();
      await bus.publisher.publish(topic, events(3, { key: 'k' }));
      const verdict = deferred<TallyDelta>();
      const reading = await startReading(topic, () => verdict.promise);
      await settles(() => expect(reading.events).toHaveLength(3));
      let resolved = false;
      const stopped = reading.stop().then(() => (resolved = true));
      await bus.publisher.publish(topic, [anEvent('too late', 'k')]);
      expect(resolved).toBe(false);
      verdict.resolve({ stored: 3, dead: 0, skipped: 0 });
      await stopped;
      expect(await bus.log.committed(topic, 'group')).toEqual([{ partition: 0, offset: 3, tally: { began: 0, stored: 3, dead: 0, skipped: 0 } }]);
      expect(reading.values).not.toContain('too late');
      expect(reading.consumer.status()).toMatchObject({ state: 'stopped', partitions: [] });
    });

    it('after a death brings again what was rejected or in work, and not what was resolved', async () => {
      const { bus, settles } = suite();
      const topic = await aTopic(3);
      const batch = events(30);
      const positions = await bus.publisher.publish(topic, batch);
      const [resolved, rejected, inWork] = [0, 1, 2];
      const { consumer, die } = await bus.openConsumer();
      const reading = new Reading(consumer, { topic, group: 'group' }, async (given) => {
        if (given.partition === resolved) return allStored(given);
        if (given.partition === rejected) throw new Error('this one fails in a way nobody foresaw');
        return new Promise(() => undefined);
      });
      await settles(async () => expect((await bus.log.committed(topic, 'group')).map(({ partition }) => partition)).toEqual([resolved]));
      await settles(() => expect(new Set(reading.batches.map(({ partition }) => partition))).toEqual(new Set([resolved, rejected, inWork])));
      await die();
      await bus.reopen();
      const again = await startReading(topic);
      const expected = batch.filter((_, index) => positions[index]?.partition !== resolved).map(valueOf);
      await settles(() => expect(new Set(again.values)).toEqual(new Set(expected)));
      await settles(async () => expect((await bus.log.lag(topic, 'group')).map(({ lag }) => lag)).toEqual([0, 0, 0]));
      expect(again.events).toHaveLength(expected.length);
      await again.stop();
    });

    it('waits for a log or topic that is not there yet, and says so', async () => {
      const { bus, settles } = suite();
      const spec = aSpec();
      const reading = await startReading(spec.name);
      await settles(() => expect(reading.consumer.status()).toMatchObject({ state: 'connecting', reason: expect.stringContaining(spec.name) as string }));
      await bus.topics.ensure([spec]);
      await bus.publisher.publish(spec.name, [anEvent('at last')]);
      await settles(() => expect(reading.values).toEqual(['at last']));
      await reading.stop();
    });

    it('runs once at a time, and again after it has ended', async () => {
      const { bus, settles } = suite();
      const topic = await aTopic();
      const { consumer } = await bus.openConsumer();
      const reading = new Reading(consumer, { topic, group: 'group' });
      await expect(consumer.run({ topic, group: 'group' }, async (batch) => allStored(batch), new AbortController().signal)).rejects.toThrow(/once/);
      await reading.stop();
      const again = new Reading(consumer, { topic, group: 'group' });
      await bus.publisher.publish(topic, [anEvent('second life')]);
      await settles(() => expect(again.values).toEqual(['second life']));
      await again.stop();
    });
  });
}
