import { Logger } from '@nestjs/common';
import { GroupMembership, type Moment } from '../../src/adapters/event-bus-sqlite/group-membership.js';
import { ClaimLostError, GroupPositions, type Claim } from '../../src/adapters/event-bus-sqlite/group-positions.js';
import { tallyFrom } from '../../src/domain/tally.js';
import { allStored, aSpec, deferred, events, Reading } from '../contracts/event-bus/harness.js';
import { eventually } from '../support/eventually.js';
import { SkippingClock } from '../support/skipping-clock.js';
import { SqliteBus } from '../support/sqlite-bus.js';

Logger.overrideLogger(false);

const LEASE_MS = 1_000;
const HOUR_MS = 3_600_000;

/** Membership and its fencing tokens, step by step. */
describe('the groups of the embedded log', () => {
  let bus: SqliteBus;
  let positions: GroupPositions;
  let joinAs: () => GroupMembership;
  beforeEach(async () => {
    bus = await SqliteBus.open();
    const spec = aSpec({ partitions: 4 });
    await bus.topics.ensure([spec]);
    const { file, topic } = bus.files.topic(spec.name);
    positions = new GroupPositions(file.sqlite, 'group');
    joinAs = () => new GroupMembership(file.sqlite, 'group', topic, LEASE_MS);
  });
  afterEach(async () => {
    await bus.close();
  });

  const write = <Result>(work: () => Result) => bus.files.fileOf('log').sqlite.write(work);
  const at = (nowMs: number, monotonicMs = nowMs): Moment => ({ nowMs, monotonicMs });
  const numbers = (claims: readonly Claim[] = []) => claims.map(({ partition }) => partition.number);
  const commit = (claim: Claim | undefined, committed: number) =>
    write(() => positions.commit(claim as Claim, { committed, tally: { ...tallyFrom(0), stored: committed }, last: null, incident: null }));

  it('gives all partitions to the first, and asks it for its surplus when another joins', () => {
    const [one, two] = [joinAs(), joinAs()];
    const a = write(() => one.join(at(0)));
    expect(numbers(write(() => one.renew(a, [], true, at(0)))?.claims)).toEqual([0, 1, 2, 3]);
    const b = write(() => two.join(at(10)));
    expect(write(() => two.renew(b, [], true, at(10)))).toMatchObject({ members: 2, claims: [], surplus: 0 });
    const view = write(() => one.renew(a, [], true, at(20)));
    expect(view).toMatchObject({ members: 2, surplus: 2 });
    expect(numbers(write(() => one.renew(a, view?.claims.slice(0, 2) ?? [], true, at(30)))?.claims)).toEqual([2, 3]);
    expect(numbers(write(() => two.renew(b, [], true, at(40)))?.claims)).toEqual([0, 1]);
  });

  it('takes over when a lease has ended, and refuses the commit of the former holder', () => {
    const [one, two] = [joinAs(), joinAs()];
    const a = write(() => one.join(at(0)));
    const [before] = write(() => one.renew(a, [], true, at(0)))?.claims ?? [];
    commit(before, 5);
    const b = write(() => two.join(at(LEASE_MS)));
    const [after] = write(() => two.renew(b, [], true, at(LEASE_MS)))?.claims ?? [];
    expect(after?.partition).toEqual(before?.partition);
    expect(() => commit(before, 7)).toThrow(ClaimLostError);
    expect(positions.find((before as Claim).partition)?.committed).toBe(5);
    commit(after, 6);
    expect(positions.find((before as Claim).partition)?.committed).toBe(6);
    expect(write(() => one.renew(a, [], true, at(LEASE_MS + 1)))).toBeNull();
  });

  it('refuses the commit of an earlier claim of the same member', () => {
    const one = joinAs();
    const a = write(() => one.join(at(0)));
    const [first] = write(() => one.renew(a, [], true, at(0)))?.claims ?? [];
    const [second] = write(() => one.renew(a, [first as Claim], true, at(1)))?.claims ?? [];
    expect(second).toMatchObject({ member: a, partition: first?.partition });
    expect(() => commit(first, 1)).toThrow(ClaimLostError);
    commit(second, 1);
  });

  it('keeps nobody alive because a clock was set back', () => {
    const [one, two] = [joinAs(), joinAs()];
    const a = write(() => one.join(at(10_000_000, 0)));
    write(() => one.renew(a, [], true, at(10_000_000, 0)));
    const b = write(() => two.join(at(0, 0)));
    expect(write(() => two.renew(b, [], true, at(0, 0)))?.members).toBe(2);
    expect(write(() => two.renew(b, [], true, at(500, 500)))?.members).toBe(2);
    const view = write(() => two.renew(b, [], true, at(LEASE_MS, LEASE_MS)));
    expect(view?.members).toBe(1);
    expect(numbers(view?.claims)).toEqual([0, 1, 2, 3]);
  });

  it('counts the patience with a member anew at each of its renewals', () => {
    const [one, two] = [joinAs(), joinAs()];
    const a = write(() => one.join(at(0)));
    const b = write(() => two.join(at(0)));
    for (let now = 0; now <= 5 * LEASE_MS; now += LEASE_MS / 2) {
      expect(write(() => one.renew(a, [], true, at(now)))?.members).toBe(2);
      expect(write(() => two.renew(b, [], true, at(now)))?.members).toBe(2);
    }
  });

  it('frees the partitions of one who leaves at once', () => {
    const [one, two] = [joinAs(), joinAs()];
    const a = write(() => one.join(at(0)));
    write(() => one.renew(a, [], true, at(0)));
    const b = write(() => two.join(at(1)));
    const { version } = write(() => two.renew(b, [], true, at(1))) ?? { version: NaN };
    write(() => one.leave(a));
    expect(two.version()).not.toBe(version);
    expect(numbers(write(() => two.renew(b, [], true, at(2)))?.claims)).toEqual([0, 1, 2, 3]);
  });
});

describe('a consumer of the embedded log', () => {
  it('says that it stalls when events wait and nothing was committed for a minute', async () => {
    const clock = new SkippingClock();
    const bus = await SqliteBus.open({ clock });
    const spec = aSpec();
    await bus.topics.ensure([spec]);
    await bus.publisher.publish(spec.name, events(1));
    const { consumer } = await bus.openConsumer({ leaseMs: HOUR_MS });
    let finish = () => {};
    const reading = new Reading(consumer, { topic: spec.name, group: 'group' }, async (batch) => {
      await new Promise<void>((resolve) => (finish = resolve));
      return allStored(batch);
    });
    await eventually(() => expect(reading.batches).toHaveLength(1));
    clock.skip(59_000);
    expect(consumer.status().state).toBe('running');
    clock.skip(2_000);
    expect(consumer.status()).toMatchObject({ state: 'stalled', reason: expect.stringContaining('60 s') as string });
    finish();
    await eventually(() => expect(consumer.status().state).toBe('running'));
    clock.skip(120_000);
    expect(consumer.status().state).toBe('running');
    await reading.stop();
    await bus.close();
  });

  it('whose lease has ended before it was renewed aborts its handlers, joins anew, and waits for them', async () => {
    const clock = new SkippingClock();
    const bus = await SqliteBus.open({ clock });
    const spec = aSpec();
    await bus.topics.ensure([spec]);
    await bus.publisher.publish(spec.name, events(1));
    const { consumer } = await bus.openConsumer();
    let aborted = false;
    const comesBack = deferred();
    const reading = new Reading(consumer, { topic: spec.name, group: 'group' }, async (batch, signal) => {
      if (reading.batches.length > 1) return allStored(batch);
      signal.addEventListener('abort', () => (aborted = true));
      await comesBack.promise;
      return { stored: 0, dead: batch.events.length, skipped: 0 };
    });
    await eventually(() => expect(reading.batches).toHaveLength(1));
    const skipOnce = () => {
      if (!aborted) clock.skip(10_000);
      expect(aborted).toBe(true);
    };
    await eventually(skipOnce, { everyMs: 300 });
    await eventually(() => expect(reading.partitions).toEqual([0]));
    await bus.publisher.publish(spec.name, events(1, { prefix: 'later' }));
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(reading.batches).toHaveLength(1);
    comesBack.resolve();
    await eventually(async () => expect((await bus.log.committed(spec.name, 'group'))[0]).toMatchObject({ offset: 2, tally: { stored: 2, dead: 0 } }));
    await reading.stop();
    await bus.close();
  });

  it('leaves its partitions to the others at once when it stops, however long its lease', async () => {
    const bus = await SqliteBus.open();
    const spec = aSpec({ partitions: 2 });
    await bus.topics.ensure([spec]);
    const open = async () => new Reading((await bus.openConsumer({ leaseMs: HOUR_MS })).consumer, { topic: spec.name, group: 'group' });
    const [leaving, staying] = [await open(), await open()];
    await eventually(() => expect([leaving.partitions.length, staying.partitions.length]).toEqual([1, 1]));
    await leaving.stop();
    await eventually(() => expect(staying.partitions).toEqual([0, 1]));
    await staying.stop();
    await bus.close();
  });

  it('keeps its lease while a handler takes longer than it', async () => {
    const clock = new SkippingClock();
    const bus = await SqliteBus.open({ clock });
    const spec = aSpec();
    await bus.topics.ensure([spec]);
    await bus.publisher.publish(spec.name, events(1));
    const comesBack = deferred();
    const signals: AbortSignal[] = [];
    const hold = async (batch: Parameters<typeof allStored>[0], signal: AbortSignal) => {
      signals.push(signal);
      await comesBack.promise;
      return allStored(batch);
    };
    const open = async (handle: typeof hold) => new Reading((await bus.openConsumer({ leaseMs: HOUR_MS })).consumer, { topic: spec.name, group: 'group' }, handle);
    const reading = await open(hold);
    await eventually(() => expect(reading.batches).toHaveLength(1));
    const rival = await open(hold);
    const leases = () => bus.files.topic(spec.name).file.sqlite.prepareRows('SELECT lease_until FROM members').all() as [number][];
    const renewed = () => {
      expect(leases()).toHaveLength(2);
      for (const [until] of leases()) expect(until).toBeGreaterThan(clock.now() + HOUR_MS / 2);
    };
    for (let hour = 0; hour < 3; hour += 0.5) {
      clock.skip(HOUR_MS / 2);
      await eventually(renewed);
    }
    expect(signals.map(({ aborted }) => aborted)).toEqual([false]);
    comesBack.resolve();
    await eventually(async () => expect((await bus.log.committed(spec.name, 'group'))[0]?.offset).toBe(1));
    expect([reading.batches.length, rival.batches.length]).toEqual([1, 0]);
    await Promise.all([reading.stop(), rival.stop()]);
    await bus.close();
  });

  it('hands a partition on although its handler does not come back, and throws that result away', async () => {
    const bus = await SqliteBus.open();
    const spec = aSpec({ partitions: 2 });
    await bus.topics.ensure([spec]);
    await bus.publisher.publish(spec.name, events(20));
    const { consumer } = await bus.openConsumer({ handoverMs: 100 });
    const signals: AbortSignal[] = [];
    const hanging = new Reading(consumer, { topic: spec.name, group: 'group' }, (_, signal) => {
      signals.push(signal);
      return new Promise(() => undefined);
    });
    await eventually(() => expect(hanging.batches).toHaveLength(2));
    const heir = new Reading((await bus.openConsumer()).consumer, { topic: spec.name, group: 'group' });
    await eventually(() => expect(heir.batches).toHaveLength(1));
    expect(signals.map(({ aborted }) => aborted).sort()).toEqual([false, true]);
    expect(consumer.status().partitions).toHaveLength(1);
    await heir.stop();
    await bus.close();
  });
});
