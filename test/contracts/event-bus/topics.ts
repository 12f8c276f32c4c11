import { TopicMisconfiguredError, UnknownTopicError } from '../../../src/ports/event-bus.errors.js';
import { aSpec, anEvent, events, readAll, type Suite } from './harness.js';

/** EventTopics, sentence by sentence. */
export function describeTopics(suite: () => Suite): void {
  describe('topics', () => {
    it('exist, with their partitions, once ensure resolves', async () => {
      const { bus } = suite();
      const [one, three] = [aSpec(), aSpec({ partitions: 3 })];
      await bus.topics.ensure([one, three]);
      expect(await bus.log.offsets(one.name)).toEqual([{ partition: 0, first: 0, end: 0 }]);
      expect((await bus.log.offsets(three.name)).map(({ partition }) => partition)).toEqual([0, 1, 2]);
    });

    it('are made once, however often and by however many at once they are asked for', async () => {
      const { bus } = suite();
      const spec = aSpec({ partitions: 2 });
      await Promise.all(Array.from({ length: 5 }, () => bus.topics.ensure([spec, spec])));
      await bus.publisher.publish(spec.name, events(10));
      await bus.topics.ensure([spec]);
      expect(await bus.log.offsets(spec.name)).toHaveLength(2);
      expect(await readAll(bus.log, spec.name, 2)).toHaveLength(10);
    });

    it('are left alone where they exist and any settings will do', async () => {
      const { bus } = suite();
      const spec = aSpec({ partitions: 2, maxEventBytes: 5_000 });
      await bus.topics.ensure([spec]);
      await bus.topics.ensure([{ ...spec, partitions: 4, cleanup: { policy: 'compact', minAgeMs: 1 }, maxEventBytes: 50 }]);
      expect(await bus.log.offsets(spec.name)).toHaveLength(2);
      await bus.publisher.publish(spec.name, [anEvent('x'.repeat(1_000))]);
    });

    it('are refused where they exist with other partitions and those must be exact', async () => {
      const { bus } = suite();
      const spec = aSpec({ partitions: 2, whenItExists: 'exact' });
      await bus.topics.ensure([spec]);
      await bus.topics.ensure([spec]);
      const refusal: unknown = await bus.topics.ensure([{ ...spec, partitions: 1 }]).catch((error: unknown) => error);
      expect(refusal).toBeInstanceOf(TopicMisconfiguredError);
      const { message, remedy } = refusal as TopicMisconfiguredError;
      expect(message).toContain(spec.name);
      expect(message).toMatch(/partitions.*2.*1/);
      expect(remedy).toEqual(expect.any(String));
      expect(await bus.log.offsets(spec.name)).toHaveLength(2);
    });

    it.each([
      ['another policy', { policy: 'compact', minAgeMs: 60_000 }, { policy: 'delete', maxAgeMs: null, maxBytes: null }, /compact.*delete/],
      ['another minimum age', { policy: 'compact', minAgeMs: 60_000 }, { policy: 'compact', minAgeMs: 120_000 }, /60000.*120000/],
      ['another maximum age', { policy: 'delete', maxAgeMs: 60_000, maxBytes: null }, { policy: 'delete', maxAgeMs: null, maxBytes: null }, /60000/],
    ] as const)('are refused where they exist with %s and the cleanup must be exact', async (_, found, needed, differing) => {
      const { bus } = suite();
      const spec = aSpec({ cleanup: found });
      await bus.topics.ensure([spec]);
      const refusal: unknown = await bus.topics.ensure([{ ...spec, cleanup: needed, whenItExists: 'exact' }]).catch((error: unknown) => error);
      expect(refusal).toBeInstanceOf(TopicMisconfiguredError);
      expect((refusal as Error).message).toContain(spec.name);
      expect((refusal as Error).message).toMatch(differing);
    });

    it('are refused where they exist with a smaller limit and that must be exact; a larger one will do', async () => {
      const { bus } = suite();
      const spec = aSpec({ maxEventBytes: 50_000, whenItExists: 'exact' });
      await bus.topics.ensure([spec]);
      await bus.topics.ensure([{ ...spec, maxEventBytes: 40_000 }]);
      const refusal: unknown = await bus.topics.ensure([{ ...spec, maxEventBytes: 60_000 }]).catch((error: unknown) => error);
      expect(refusal).toBeInstanceOf(TopicMisconfiguredError);
      expect((refusal as Error).message).toMatch(/5\d{4}.*6\d{4}/);
    });

    it('are never made by accident', async () => {
      const { bus } = suite();
      const { name } = aSpec();
      await expect(bus.publisher.publish(name, [anEvent('lost')])).rejects.toBeInstanceOf(UnknownTopicError);
      await expect(bus.log.offsets(name)).rejects.toBeInstanceOf(UnknownTopicError);
    });

    it("stamp events with the log's own append time, which does not go back", async () => {
      const { bus } = suite();
      const spec = aSpec();
      await bus.topics.ensure([spec]);
      const before = Date.now();
      for (const value of ['a', 'b', 'c']) await bus.publisher.publish(spec.name, [anEvent(value)]);
      const read = await readAll(bus.log, spec.name);
      expect(read.map(({ timestampType }) => timestampType)).toEqual(['append', 'append', 'append']);
      const stamps = read.map(({ timestampMs }) => timestampMs);
      expect([...stamps].sort((a, b) => a - b)).toEqual(stamps);
      expect(stamps[0]).toBeGreaterThanOrEqual(before - 1_000);
      expect(stamps[2]).toBeLessThanOrEqual(Date.now() + 1_000);
    });
  });
}
