import { type OutgoingEvent } from '../../../src/domain/event-record.js';
import { EventTooLargeError } from '../../../src/ports/event-bus.errors.js';
import { aSpec, anEvent, events, readAll, valueOf, valuesOf, type Suite } from './harness.js';

/** EventPublisher, sentence by sentence. */
export function describePublishing(suite: () => Suite): void {
  describe('publishing', () => {
    it("resolves with each event's position, in the order given, where each can be read", async () => {
      const { bus } = suite();
      const spec = aSpec({ partitions: 3 });
      await bus.topics.ensure([spec]);
      const batch = events(30);
      const positions = await bus.publisher.publish(spec.name, batch);
      const read = await Promise.all(positions.map((position) => bus.log.at(position)));
      expect(read.map((event) => String(event?.value))).toEqual(valuesOf(batch));
      expect(new Set(positions.map(({ partition }) => partition)).size).toBeGreaterThan(1);
    });

    it('is durable when it resolves', async () => {
      const { bus } = suite();
      const spec = aSpec();
      await bus.topics.ensure([spec]);
      await bus.publisher.publish(spec.name, events(3));
      await bus.reopen();
      await bus.publisher.publish(spec.name, [anEvent('after')]);
      expect(valuesOf(await readAll(bus.log, spec.name))).toEqual(['event-0', 'event-1', 'event-2', 'after']);
    });

    it('keeps the bytes: key, value, headers of text, of bytes, and repeated ones', async () => {
      const { bus } = suite();
      const spec = aSpec();
      await bus.topics.ensure([spec]);
      const plain: OutgoingEvent = { key: 'ключ-\0-🔑', value: Buffer.from([0, 255, 1, 0]), headers: { text: 'päivää', empty: '', nul: 'a\0b', ['__proto__']: 'harmless' } };
      const rare: OutgoingEvent = { key: null, value: Buffer.alloc(0), headers: { bytes: Buffer.from([0xff, 0xfe]), many: ['one', Buffer.from([0xc0]), 'two'] } };
      const positions = await bus.publisher.publish(spec.name, [plain, rare]);
      const [first, second] = await Promise.all(positions.map((position) => bus.log.at(position)));
      expect(first).toMatchObject({ key: Buffer.from('ключ-\0-🔑'), value: plain.value });
      expect(Object.entries(first?.headers ?? {})).toEqual(Object.entries(plain.headers));
      expect(second).toMatchObject({ key: null, value: Buffer.alloc(0), headers: rare.headers });
    });

    it('keeps the events of a key in one partition and in order, within a call and from call to call', async () => {
      const { bus } = suite();
      const spec = aSpec({ partitions: 4 });
      await bus.topics.ensure([spec]);
      const keys = ['ada', 'grace', 'edsger'];
      const calls = Array.from({ length: 20 }, (_, call) => keys.flatMap((key) => [anEvent(`${key}:${call}a`, key), anEvent(`${key}:${call}b`, key)]));
      await Promise.all(calls.map((batch) => bus.publisher.publish(spec.name, batch)));
      const read = await readAll(bus.log, spec.name, 4);
      for (const key of keys) {
        const own = read.filter((event) => String(event.key) === key);
        expect(new Set(own.map(({ partition }) => partition)).size).toBe(1);
        expect(own.map(valueOf)).toEqual(calls.flatMap((_, call) => [`${key}:${call}a`, `${key}:${call}b`]));
      }
    });

    it('resolves at once for an empty batch', async () => {
      const { bus } = suite();
      const spec = aSpec();
      await bus.topics.ensure([spec]);
      expect(await bus.publisher.publish(spec.name, [])).toEqual([]);
      expect(await readAll(bus.log, spec.name)).toEqual([]);
    });

    it('may be done again with the same events', async () => {
      const { bus } = suite();
      const spec = aSpec();
      await bus.topics.ensure([spec]);
      const batch = events(2, { key: 'k' });
      await bus.publisher.publish(spec.name, batch);
      await bus.publisher.publish(spec.name, batch);
      expect(valuesOf(await readAll(bus.log, spec.name))).toEqual([...valuesOf(batch), ...valuesOf(batch)]);
    });

    it('takes an event of the size limit, and nothing of a batch with one a byte larger', async () => {
      const { bus, traits } = suite();
      const spec = aSpec({ maxEventBytes: 10_000 });
      await bus.topics.ensure([spec]);
      const largest = 'x'.repeat(traits.largestValue(spec.maxEventBytes, 3));
      await bus.publisher.publish(spec.name, [anEvent(largest, 'key')]);
      const refused: unknown = await bus.publisher.publish(spec.name, [anEvent('fine'), anEvent('fine too'), anEvent(`${largest}x`, 'key')]).catch((error: unknown) => error);
      expect(refused).toBeInstanceOf(EventTooLargeError);
      expect((refused as EventTooLargeError).index).toBe(2);
      expect(valuesOf(await readAll(bus.log, spec.name))).toEqual([largest]);
    });

    it('counts headers towards the size limit', async () => {
      const { bus } = suite();
      const spec = aSpec({ maxEventBytes: 10_000 });
      await bus.topics.ensure([spec]);
      const event = { key: null, value: Buffer.from('small'), headers: { large: 'x'.repeat(10_000) } };
      await expect(bus.publisher.publish(spec.name, [event])).rejects.toMatchObject({ code: 'bus.event-too-large', index: 0 });
    });

    it('rejects with the reason of a signal that has aborted before, and publishes nothing', async () => {
      const { bus } = suite();
      const spec = aSpec();
      await bus.topics.ensure([spec]);
      const reason = new Error('not any more');
      await expect(bus.publisher.publish(spec.name, [anEvent('never')], AbortSignal.abort(reason))).rejects.toBe(reason);
      expect(await readAll(bus.log, spec.name)).toEqual([]);
    });

    it('takes 10,000 events in parallel: each is there once, and no offset is missing', async () => {
      const { bus } = suite();
      const spec = aSpec({ partitions: 4 });
      await bus.topics.ensure([spec]);
      const batch = events(10_000);
      const positions = (await Promise.all(batch.map((event) => bus.publisher.publish(spec.name, [event])))).flat();
      const read = await readAll(bus.log, spec.name, 4);
      expect(new Set(valuesOf(read))).toEqual(new Set(valuesOf(batch)));
      expect(read).toHaveLength(batch.length);
      expect(new Set(positions.map(({ partition, offset }) => `${partition}/${offset}`))).toEqual(new Set(read.map(({ partition, offset }) => `${partition}/${offset}`)));
      for (const { partition, first, end } of await bus.log.offsets(spec.name)) {
        const offsets = read.filter((event) => event.partition === partition).map(({ offset }) => offset);
        expect(offsets).toEqual(Array.from({ length: end - first }, (_, place) => first + place));
      }
    });
  });
}
