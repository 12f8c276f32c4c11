import { type RecordedEvent } from '../../../src/domain/event-record.js';
import { UnknownTopicError } from '../../../src/ports/event-bus.errors.js';
import { aSpec, anEvent, events, Reading, valuesOf, type Suite } from './harness.js';

/** EventLog, sentence by sentence. */
export function describeLog(suite: () => Suite): void {
  describe('the log', () => {
    async function aTopicWith(count: number): Promise<string> {
      const { bus } = suite();
      const spec = aSpec();
      await bus.topics.ensure([spec]);
      await bus.publisher.publish(spec.name, events(count, { key: 'k' }));
      return spec.name;
    }

    async function read(stretch: { topic: string; from: number; to: number }): Promise<RecordedEvent[][]> {
      const batches: RecordedEvent[][] = [];
      for await (const batch of suite().bus.log.read({ partition: 0, ...stretch })) batches.push([...batch]);
      return batches;
    }

    it('knows the first and the next offset of each partition, in order', async () => {
      const { bus } = suite();
      const spec = aSpec({ partitions: 3 });
      await bus.topics.ensure([spec]);
      const positions = await bus.publisher.publish(spec.name, events(20));
      const expected = [0, 1, 2].map((partition) => ({ partition, first: 0, end: positions.filter((position) => position.partition === partition).length }));
      expect(await bus.log.offsets(spec.name)).toEqual(expected);
    });

    it('gives the event at a position, and null where there is none', async () => {
      const { bus } = suite();
      const topic = await aTopicWith(2);
      expect(await bus.log.at({ topic, partition: 0, offset: 1 })).toMatchObject({ topic, partition: 0, offset: 1, value: Buffer.from('event-1'), timestampType: 'append' });
      expect(await bus.log.at({ topic, partition: 0, offset: 2 })).toBeNull();
      expect(await bus.log.at({ topic, partition: 7, offset: 0 })).toBeNull();
    });

    it('reads a stretch, its end excluded, in batches that are never empty, and ends', async () => {
      const topic = await aTopicWith(10);
      const batches = await read({ topic, from: 3, to: 7 });
      expect(batches.flat().map(({ offset }) => offset)).toEqual([3, 4, 5, 6]);
      expect(batches.every((batch) => batch.length > 0)).toBe(true);
      expect(await read({ topic, from: 10, to: 20 })).toEqual([]);
      expect(await read({ topic, from: 5, to: 5 })).toEqual([]);
    });

    it('ends a stretch beyond the end at the end of the moment when reading began', async () => {
      const { bus } = suite();
      const topic = await aTopicWith(3);
      const offsets: number[] = [];
      for await (const batch of bus.log.read({ topic, partition: 0, from: 0, to: Infinity })) {
        await bus.publisher.publish(topic, [anEvent('later')]);
        offsets.push(...batch.map(({ offset }) => offset));
      }
      expect(offsets).toEqual([0, 1, 2]);
    });

    it('reads a long stretch whole', async () => {
      const topic = await aTopicWith(2_500);
      const batches = await read({ topic, from: 0, to: 2_500 });
      expect(batches.length).toBeGreaterThan(1);
      expect(batches.flat().map(({ offset }) => offset)).toEqual(Array.from({ length: 2_500 }, (_, offset) => offset));
    });

    it('finds the offset of a time', async () => {
      const { bus } = suite();
      const topic = await aTopicWith(0);
      const stamps: number[] = [];
      for (let count = 0; count < 6; count += 1) {
        const [position] = await bus.publisher.publish(topic, [anEvent('tick', 'k')]);
        stamps.push((position === undefined ? null : await bus.log.at(position))?.timestampMs ?? NaN);
        const ended = performance.now() + 3;
        while (performance.now() < ended) await new Promise((resolve) => setImmediate(resolve));
      }
      for (const [offset, stamp] of stamps.entries()) {
        expect(await bus.log.offsetAtTime(topic, 0, stamp)).toBe(stamps.indexOf(stamp));
        expect(await bus.log.offsetAtTime(topic, 0, stamp - 0.5)).toBe(stamps.indexOf(stamp));
        expect(offset).toBeGreaterThanOrEqual(stamps.indexOf(stamp));
      }
      expect(await bus.log.offsetAtTime(topic, 0, 0)).toBe(0);
      expect(await bus.log.offsetAtTime(topic, 0, (stamps.at(-1) ?? 0) + 60_000)).toBe(6);
    });

    it('tails: the old events first, then new ones as they come, until the signal aborts and only then', async () => {
      const { bus, settles } = suite();
      const topic = await aTopicWith(3);
      const stop = new AbortController();
      const seen: RecordedEvent[] = [];
      let sizes: number[] = [];
      let ended = false;
      const tailing = (async () => {
        for await (const batch of bus.log.tail({ topic, partition: 0, from: 1 }, stop.signal)) {
          seen.push(...batch);
          sizes = [...sizes, batch.length];
        }
        ended = true;
      })();
      await settles(() => expect(valuesOf(seen)).toEqual(['event-1', 'event-2']));
      for (const value of ['new-a', 'new-b']) {
        await bus.publisher.publish(topic, [anEvent(value, 'k')]);
        await settles(() => expect(seen.at(-1)?.value).toEqual(Buffer.from(value)));
      }
      expect(seen.map(({ offset }) => offset)).toEqual([1, 2, 3, 4]);
      expect(sizes).not.toContain(0);
      expect(ended).toBe(false);
      stop.abort();
      await tailing;
      expect(ended).toBe(true);
    });

    it('tells what groups have committed and how far they are behind', async () => {
      const { bus, settles } = suite();
      const spec = aSpec({ partitions: 2 });
      await bus.topics.ensure([spec]);
      await bus.publisher.publish(spec.name, events(10));
      const offsets = await bus.log.offsets(spec.name);
      expect(await bus.log.committed(spec.name, 'group')).toEqual([]);
      expect(await bus.log.lag(spec.name, 'group')).toEqual(offsets.map(({ partition, end }) => ({ partition, end, committed: null, lag: end })));

      const { consumer } = await bus.openConsumer();
      const reading = new Reading(consumer, { topic: spec.name, group: 'group' });
      await settles(async () => {
        const committed = await bus.log.committed(spec.name, 'group');
        expect(committed.reduce((sum, { offset }) => sum + offset, 0)).toBe(10);
      });
      await reading.stop();
      await bus.publisher.publish(spec.name, [anEvent('one more', 'key-0')]);
      const lag = await bus.log.lag(spec.name, 'group');
      expect(lag.map((partition) => partition.lag).sort()).toEqual([0, 1]);
      for (const { end, committed, lag: behind } of lag) expect(end - (committed ?? NaN)).toBe(behind);
    });

    it('does not know a topic that nobody made', async () => {
      const { log } = suite().bus;
      const topic = 'nobody-made-this';
      const signal = new AbortController().signal;
      await expect(log.at({ topic, partition: 0, offset: 0 })).rejects.toBeInstanceOf(UnknownTopicError);
      await expect(log.offsetAtTime(topic, 0, 0)).rejects.toBeInstanceOf(UnknownTopicError);
      await expect(log.committed(topic, 'g')).rejects.toBeInstanceOf(UnknownTopicError);
      await expect(log.lag(topic, 'g')).rejects.toBeInstanceOf(UnknownTopicError);
      await expect(log.read({ topic, partition: 0, from: 0, to: 1 })[Symbol.asyncIterator]().next()).rejects.toBeInstanceOf(UnknownTopicError);
      await expect(log.tail({ topic, partition: 0, from: 0 }, signal)[Symbol.asyncIterator]().next()).rejects.toBeInstanceOf(UnknownTopicError);
    });
  });
}
