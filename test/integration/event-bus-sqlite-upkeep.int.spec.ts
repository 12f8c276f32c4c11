import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import { type RetentionLimits } from '../../src/adapters/event-bus-sqlite/event-pruning.js';
import { LogMaintenance } from '../../src/adapters/event-bus-sqlite/log-maintenance.js';
import { type TopicSpec } from '../../src/ports/event-topics.port.js';
import { aSpec, anEvent, events, readAll, Reading, valuesOf } from '../contracts/event-bus/harness.js';
import { eventually } from '../support/eventually.js';
import { tamper } from '../support/file-lock.js';
import { SkippingClock } from '../support/skipping-clock.js';
import { SqliteBus } from '../support/sqlite-bus.js';

Logger.overrideLogger(false);

const MINUTE = 60_000;
const NO_LIMITS: RetentionLimits = { maxAgeMs: null, maxBytes: null };

/** Removing what need not be kept, and what readers see of it. */
describe('the upkeep of the embedded log', () => {
  let clock: SkippingClock;
  let bus: SqliteBus;
  beforeEach(async () => {
    clock = new SkippingClock();
    bus = await SqliteBus.open({ clock });
  });
  afterEach(async () => {
    await bus.close();
  });

  async function aTopic(cleanup: TopicSpec['cleanup'], partitions = 1): Promise<string> {
    const spec = aSpec({ cleanup, partitions });
    await bus.topics.ensure([spec]);
    return spec.name;
  }

  const sweep = (retention = NO_LIMITS) => new LogMaintenance(bus.files, clock, { retention, everyMs: MINUTE }).sweep();
  const publish = (topic: string, ...values: string[]) => bus.publisher.publish(topic, values.map((value) => anEvent(value, 'key')));
  const valuesIn = async (topic: string, partitions = 1) => valuesOf(await readAll(bus.log, topic, partitions));
  const hundredBytes = (label: string) => label.padEnd(95, '.');

  describe('retention', () => {
    it('removes what is older than the topic keeps, and never uses an offset twice', async () => {
      const topic = await aTopic({ policy: 'delete', maxAgeMs: MINUTE, maxBytes: null });
      await publish(topic, 'old', 'older');
      clock.skip(40_000);
      await publish(topic, 'young');
      clock.skip(30_000);
      await sweep();
      expect(await valuesIn(topic)).toEqual(['young']);
      expect(await bus.log.offsets(topic)).toEqual([{ partition: 0, first: 2, end: 3 }]);
      clock.skip(2 * MINUTE);
      await sweep();
      expect(await bus.log.offsets(topic)).toEqual([{ partition: 0, first: 3, end: 3 }]);
      expect(await publish(topic, 'new')).toEqual([{ topic, partition: 0, offset: 3 }]);
      expect(await bus.log.at({ topic, partition: 0, offset: 0 })).toBeNull();
    });

    it('removes the oldest of a topic that has grown too large', async () => {
      const topic = await aTopic({ policy: 'delete', maxAgeMs: null, maxBytes: 1_000 });
      for (let count = 0; count < 25; count += 1) await publish(topic, hundredBytes(String(count)));
      await sweep();
      expect((await valuesIn(topic)).map((value) => Number.parseInt(value))).toEqual([15, 16, 17, 18, 19, 20, 21, 22, 23, 24]);
      await sweep();
      expect(await valuesIn(topic)).toHaveLength(10);
    });

    it('takes many in pieces', async () => {
      const topic = await aTopic({ policy: 'delete', maxAgeMs: MINUTE, maxBytes: null }, 2);
      await bus.publisher.publish(topic, events(5_000));
      clock.skip(2 * MINUTE);
      await sweep();
      expect(await valuesIn(topic, 2)).toEqual([]);
    });

    it("takes the tighter of the topic's limits and the operator's, and spares topics made without one", async () => {
      const limited = await aTopic({ policy: 'delete', maxAgeMs: 10 * MINUTE, maxBytes: null });
      const forEver = await aTopic({ policy: 'delete', maxAgeMs: null, maxBytes: null });
      await publish(limited, 'a', 'b');
      await publish(forEver, 'c', 'd');
      clock.skip(5 * MINUTE);
      await sweep();
      expect(await valuesIn(limited)).toEqual(['a', 'b']);
      await sweep({ maxAgeMs: MINUTE, maxBytes: 1 });
      expect(await valuesIn(limited)).toEqual([]);
      expect(await valuesIn(forEver)).toEqual(['c', 'd']);
    });

    it('tells a group whose unread events were removed: a gap, and it goes on at the first one left', async () => {
      const topic = await aTopic({ policy: 'delete', maxAgeMs: MINUTE, maxBytes: null });
      await publish(topic, 'read-0', 'read-1');
      const early = new Reading((await bus.openConsumer()).consumer, { topic, group: 'group' });
      await eventually(() => expect(early.values).toEqual(['read-0', 'read-1']));
      await early.stop();
      await publish(topic, 'unread-2', 'unread-3', 'unread-4');
      clock.skip(2 * MINUTE);
      await publish(topic, 'left-5');
      await sweep();

      const { consumer } = await bus.openConsumer();
      const late = new Reading(consumer, { topic, group: 'group' });
      await eventually(() => expect(late.values).toEqual(['left-5']));
      expect(consumer.status().incidents).toEqual([{ kind: 'gap', partition: 0, fromOffset: 2, toOffset: 5, atMs: expect.any(Number) as number }]);
      await eventually(async () =>
        expect(await bus.log.committed(topic, 'group')).toEqual([{ partition: 0, offset: 6, tally: { began: 0, stored: 3, dead: 0, skipped: 3 } }]),
      );
      await late.stop();
    });

    it('remembers the last gap for whoever reads next, with its time', async () => {
      const topic = await aTopic({ policy: 'delete', maxAgeMs: MINUTE, maxBytes: null });
      await publish(topic, 'read-0');
      const early = new Reading((await bus.openConsumer()).consumer, { topic, group: 'group' });
      await eventually(async () => expect((await bus.log.committed(topic, 'group'))[0]?.offset).toBe(1));
      await early.stop();
      await publish(topic, 'unread-1');
      clock.skip(2 * MINUTE);
      await sweep();
      const metBy = async () => {
        const reading = new Reading((await bus.openConsumer()).consumer, { topic, group: 'group' });
        await eventually(() => expect(reading.consumer.status().partitions[0]?.next).toBeGreaterThanOrEqual(2));
        await reading.stop();
        return reading.consumer.status().incidents;
      };
      const met = await metBy();
      expect(met).toMatchObject([{ kind: 'gap', partition: 0, fromOffset: 1, toOffset: 2 }]);
      await publish(topic, 'read-2');
      clock.skip(MINUTE / 2);
      await bus.reopen();
      expect(await metBy()).toEqual(met);
    });

    it('leaves no lag behind when every unread event was removed', async () => {
      const topic = await aTopic({ policy: 'delete', maxAgeMs: MINUTE, maxBytes: null });
      await publish(topic, 'read-0');
      const { consumer } = await bus.openConsumer({ leaseMs: 10 * MINUTE });
      const reading = new Reading(consumer, { topic, group: 'group' });
      await eventually(() => expect(reading.consumer.status().partitions[0]?.next).toBe(1));
      await consumer.pause();
      await publish(topic, 'unread-1', 'unread-2');
      clock.skip(2 * MINUTE);
      await sweep();
      await consumer.resume();
      await eventually(async () => expect(await bus.log.lag(topic, 'group')).toEqual([{ partition: 0, end: 3, committed: 3, lag: 0 }]));
      expect(consumer.status().incidents).toMatchObject([{ kind: 'gap', fromOffset: 1, toOffset: 3 }]);
      expect(reading.values).toEqual(['read-0']);
      await reading.stop();
    });

    it('is no gap for a group that has never read', async () => {
      const topic = await aTopic({ policy: 'delete', maxAgeMs: MINUTE, maxBytes: null });
      await publish(topic, 'old');
      clock.skip(2 * MINUTE);
      await publish(topic, 'young');
      await sweep();
      const { consumer } = await bus.openConsumer();
      const reading = new Reading(consumer, { topic, group: 'group' });
      await eventually(async () =>
        expect(await bus.log.committed(topic, 'group')).toEqual([{ partition: 0, offset: 2, tally: { began: 1, stored: 1, dead: 0, skipped: 0 } }]),
      );
      expect(consumer.status().incidents).toEqual([]);
      expect(reading.values).toEqual(['young']);
      await reading.stop();
    });

    it('reads a removed stretch from the first event left', async () => {
      const topic = await aTopic({ policy: 'delete', maxAgeMs: MINUTE, maxBytes: null });
      await publish(topic, 'old-0', 'old-1');
      clock.skip(2 * MINUTE);
      await publish(topic, 'left-2', 'left-3');
      await sweep();
      expect(await valuesIn(topic)).toEqual(['left-2', 'left-3']);
      expect(await bus.log.offsetAtTime(topic, 0, 0)).toBe(2);
    });
  });

  describe('compaction', () => {
    const write = (topic: string, ...entries: [key: string | null, value: string][]) => bus.publisher.publish(topic, entries.map(([key, value]) => anEvent(value, key)));

    it('keeps the last event of each key, all without a key, and all younger than the minimum age', async () => {
      const topic = await aTopic({ policy: 'compact', minAgeMs: 10 * MINUTE });
      await write(topic, ['a', 'a1'], ['b', 'b1'], ['a', 'a2'], [null, 'none'], ['c', 'c1']);
      clock.skip(20 * MINUTE);
      await write(topic, ['b', 'b2'], ['b', 'b3']);
      await sweep();
      const left = await readAll(bus.log, topic);
      expect(valuesOf(left)).toEqual(['a2', 'none', 'c1', 'b2', 'b3']);
      expect(left.map(({ offset }) => offset)).toEqual([2, 3, 4, 5, 6]);
      clock.skip(20 * MINUTE);
      await sweep();
      expect(await valuesIn(topic)).toEqual(['a2', 'none', 'c1', 'b3']);
    });

    it('removes nothing before the minimum age', async () => {
      const topic = await aTopic({ policy: 'compact', minAgeMs: 10 * MINUTE });
      await write(topic, ['a', 'a1'], ['a', 'a2']);
      clock.skip(9 * MINUTE);
      await sweep({ maxAgeMs: 1, maxBytes: 1 });
      expect(await valuesIn(topic)).toEqual(['a1', 'a2']);
    });

    it('is no incident for those who read: the offsets count as skipped', async () => {
      const topic = await aTopic({ policy: 'compact', minAgeMs: MINUTE });
      await write(topic, ['x', 'x1'], ['a', 'a1'], ['a', 'a2'], ['a', 'a3']);
      clock.skip(2 * MINUTE);
      await sweep();
      const late = new Reading((await bus.openConsumer()).consumer, { topic, group: 'late' });
      await eventually(async () =>
        expect(await bus.log.committed(topic, 'late')).toEqual([{ partition: 0, offset: 4, tally: { began: 0, stored: 2, dead: 0, skipped: 2 } }]),
      );
      expect(late.values).toEqual(['x1', 'a3']);
      expect(late.consumer.status().incidents).toEqual([]);
      await late.stop();
    });

    it('takes keys that differ after a NUL for different ones', async () => {
      const topic = await aTopic({ policy: 'compact', minAgeMs: MINUTE });
      await write(topic, ['k\0a', 'a'], ['k\0b', 'b'], ['k', 'c']);
      clock.skip(2 * MINUTE);
      await sweep();
      expect(await valuesIn(topic)).toEqual(['a', 'b', 'c']);
    });

    it('goes through more events than it reads at once', async () => {
      const topic = await aTopic({ policy: 'compact', minAgeMs: MINUTE });
      const count = 12_000;
      await bus.publisher.publish(topic, Array.from({ length: count }, (_, index) => anEvent(`v${index}`, `key-${index % 7}`)));
      clock.skip(2 * MINUTE);
      await sweep();
      expect(await valuesIn(topic)).toEqual(Array.from({ length: 7 }, (_, index) => `v${count - 7 + index}`));
    });
  });

  describe('a log that was replaced', () => {
    async function aReaderOf(topic: string): Promise<Reading> {
      return new Reading((await bus.openConsumer()).consumer, { topic, group: 'group' });
    }

    it.each([
      ['the committed offset lies beyond the end', "DELETE FROM events; UPDATE partitions SET next_offset = 0, bytes = 0", []],
      ['the record handled last is another one now', 'UPDATE events SET timestamp = timestamp + 1', ['a', 'b', 'c']],
    ])('is read from the beginning, with a new tally, when %s', async (_, sql, again) => {
      const topic = await aTopic({ policy: 'delete', maxAgeMs: null, maxBytes: null });
      await publish(topic, 'a', 'b', 'c');
      const before = await aReaderOf(topic);
      await eventually(async () => expect((await bus.log.committed(topic, 'group'))[0]?.offset).toBe(3));
      await before.stop();
      tamper(join(bus.dataDir, 'log.db'), sql);
      const after = await aReaderOf(topic);
      await eventually(() => expect(after.consumer.status().incidents).toEqual([{ kind: 'log-replaced', partition: 0, fromOffset: 3, toOffset: 0, atMs: expect.any(Number) as number }]));
      await publish(topic, 'new');
      await eventually(() => expect(after.values).toEqual([...again, 'new']));
      const count = again.length + 1;
      await eventually(async () =>
        expect(await bus.log.committed(topic, 'group')).toEqual([{ partition: 0, offset: count, tally: { began: 0, stored: count, dead: 0, skipped: 0 } }]),
      );
      await after.stop();
    });

    it('is not suspected when retention has removed the record handled last', async () => {
      const topic = await aTopic({ policy: 'delete', maxAgeMs: MINUTE, maxBytes: null });
      await publish(topic, 'a', 'b');
      const before = await aReaderOf(topic);
      await eventually(async () => expect((await bus.log.committed(topic, 'group'))[0]?.offset).toBe(2));
      await before.stop();
      clock.skip(2 * MINUTE);
      await sweep();
      const after = await aReaderOf(topic);
      await publish(topic, 'c');
      await eventually(() => expect(after.values).toEqual(['c']));
      expect(after.consumer.status().incidents).toEqual([]);
      await after.stop();
    });
  });

  it('keeps append times from going back with the clock', async () => {
    const topic = await aTopic({ policy: 'delete', maxAgeMs: null, maxBytes: null });
    await publish(topic, 'a');
    clock.jump(-MINUTE);
    await publish(topic, 'b');
    clock.jump(2 * MINUTE);
    await publish(topic, 'c');
    const [a, b, c] = (await readAll(bus.log, topic)).map(({ timestampMs }) => timestampMs);
    expect(b).toBe(a);
    expect(c).toBeGreaterThan(b ?? Infinity);
  });

  it('puts heartbeats into a file of their own', async () => {
    const spec = aSpec({ name: 'pipeline_heartbeats' });
    await bus.topics.ensure([spec]);
    await bus.publisher.publish(spec.name, [anEvent('alive')]);
    expect(await valuesIn(spec.name)).toEqual(['alive']);
    const [log, heartbeats] = bus.files.all.map((file) => file.sqlite.numberOf('SELECT count(*) FROM events'));
    expect([log, heartbeats]).toEqual([0, 1]);
  });
});
