import { formatPosition } from '../../../src/domain/event-record.js';
import { allStored, aSpec, deferred, events, Reading, valuesOf, type OpenedConsumer, type Suite } from './harness.js';

/** EventConsumer as one of a group. */
export function describeGroups(suite: () => Suite): void {
  describe('groups', () => {
    async function aTopic(partitions = 4): Promise<string> {
      const spec = aSpec({ partitions });
      await suite().bus.topics.ensure([spec]);
      return spec.name;
    }

    const sorted = (numbers: readonly number[]) => [...numbers].sort((a, b) => a - b);

    it('share the partitions fairly, each with one consumer at a time', async () => {
      const { bus, settles } = suite();
      const topic = await aTopic(5);
      const readings: Reading[] = [];
      for (let count = 0; count < 3; count += 1) readings.push(new Reading((await bus.openConsumer()).consumer, { topic, group: 'group' }));
      await settles(() => {
        expect(sorted(readings.flatMap(({ partitions }) => partitions))).toEqual([0, 1, 2, 3, 4]);
        expect(sorted(readings.map(({ partitions }) => partitions.length))).toEqual([1, 2, 2]);
      });
      const batch = events(300);
      await bus.publisher.publish(topic, batch);
      await settles(() => expect(new Set(readings.flatMap(({ values }) => values))).toEqual(new Set(valuesOf(batch))));
      expectNoneTwice(readings);
      await Promise.all(readings.map((reading) => reading.stop()));
    });

    it('hand over at once when a consumer leaves', async () => {
      const { bus, settles } = suite();
      const topic = await aTopic(2);
      const leaving = new Reading((await bus.openConsumer()).consumer, { topic, group: 'group' });
      const staying = new Reading((await bus.openConsumer()).consumer, { topic, group: 'group' });
      await settles(() => expect([leaving.partitions.length, staying.partitions.length]).toEqual([1, 1]));
      await leaving.stop();
      await settles(() => expect(sorted(staying.partitions)).toEqual([0, 1]));
      await bus.publisher.publish(topic, events(20));
      await settles(() => expect(new Set(staying.values)).toEqual(new Set(valuesOf(events(20)))));
      await staying.stop();
    });

    it('take over from a consumer that has died, with everything it had not finished', async () => {
      const { bus, settles } = suite();
      const topic = await aTopic(2);
      const doomed = await bus.openConsumer();
      const dying = new Reading(doomed.consumer, { topic, group: 'group' }, () => new Promise(() => undefined));
      await bus.publisher.publish(topic, events(40));
      await settles(() => expect(dying.events).toHaveLength(40));
      const heir = new Reading((await bus.openConsumer()).consumer, { topic, group: 'group' });
      await doomed.die();
      await settles(() => expect(new Set(heir.values)).toEqual(new Set(valuesOf(events(40)))));
      await heir.stop();
    });

    it('abort the signal of a handler whose partition is lost, and throw its result away', async () => {
      const { bus, settles } = suite();
      const topic = await aTopic(1);
      const aborted = deferred();
      const verdict = deferred();
      const doomed = await bus.openConsumer();
      const dying = new Reading(doomed.consumer, { topic, group: 'group' }, async (batch, signal) => {
        signal.addEventListener('abort', () => aborted.resolve());
        await verdict.promise;
        return { stored: 0, dead: batch.events.length, skipped: 0 };
      });
      await bus.publisher.publish(topic, events(3, { key: 'k' }));
      await settles(() => expect(dying.events).toHaveLength(3));
      const died = doomed.die();
      await aborted.promise;
      const heir = new Reading((await bus.openConsumer()).consumer, { topic, group: 'group' });
      await settles(() => expect(heir.events).toHaveLength(3));
      verdict.resolve();
      await died;
      await settles(async () => expect(await bus.log.committed(topic, 'group')).toEqual([{ partition: 0, offset: 3, tally: { began: 0, stored: 3, dead: 0, skipped: 0 } }]));
      await heir.stop();
    });

    it('finish the work in hand before a partition goes to a newcomer: nothing comes twice', async () => {
      const { bus, settles } = suite();
      const topic = await aTopic(4);
      const batch = events(400);
      const readings = [new Reading((await bus.openConsumer()).consumer, { topic, group: 'group' }, slowly)];
      for (let part = 0; part < 4; part += 1) {
        await bus.publisher.publish(topic, batch.slice(part * 100, part * 100 + 100));
        readings.push(new Reading((await bus.openConsumer()).consumer, { topic, group: 'group' }, slowly));
      }
      await settles(() => expect(new Set(readings.flatMap(({ values }) => values))).toEqual(new Set(valuesOf(batch))));
      await settles(async () => expect((await bus.log.lag(topic, 'group')).map(({ lag }) => lag)).toEqual([0, 0, 0, 0]));
      expectNoneTwice(readings);
      await Promise.all(readings.map((reading) => reading.stop()));
    });

    it('are independent of each other, and a new one sees the old events', async () => {
      const { bus, settles } = suite();
      const topic = await aTopic(2);
      await bus.publisher.publish(topic, events(10));
      const first = new Reading((await bus.openConsumer()).consumer, { topic, group: 'first' });
      await settles(() => expect(first.events).toHaveLength(10));
      await first.stop();
      const second = new Reading((await bus.openConsumer()).consumer, { topic, group: 'second' });
      await settles(() => expect(new Set(second.values)).toEqual(new Set(valuesOf(events(10)))));
      await second.stop();
      const firstAgain = new Reading((await bus.openConsumer()).consumer, { topic, group: 'first' });
      await bus.publisher.publish(topic, events(4, { prefix: 'new' }));
      await settles(() => expect(new Set(firstAgain.values)).toEqual(new Set(valuesOf(events(4, { prefix: 'new' })))));
      await firstAgain.stop();
    });

    it('leave a consumer without a partition waiting, and say so', async () => {
      const { bus, settles } = suite();
      const topic = await aTopic(1);
      const opened: OpenedConsumer[] = [await bus.openConsumer(), await bus.openConsumer()];
      const readings = opened.map(({ consumer }) => new Reading(consumer, { topic, group: 'group' }));
      await settles(() => expect(readings.map(({ consumer }) => consumer.status().state).sort()).toEqual(['connecting', 'running']));
      await Promise.all(readings.map((reading) => reading.stop()));
    });
  });
}

/** By where they lie, since a publisher may append one event twice. */
function expectNoneTwice(readings: readonly Reading[]): void {
  const positions = readings.flatMap((reading) => reading.events.map(formatPosition));
  expect(positions).toHaveLength(new Set(positions).size);
}

async function slowly(batch: Parameters<typeof allStored>[0]) {
  await new Promise((resolve) => setTimeout(resolve, 5));
  return allStored(batch);
}
