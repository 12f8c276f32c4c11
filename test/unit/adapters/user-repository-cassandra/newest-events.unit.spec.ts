import { KeysInHand } from '../../../../src/adapters/user-repository-cassandra/keys-in-hand.js';
import { NewestEvents, orderOf } from '../../../../src/adapters/user-repository-cassandra/newest-events.js';
import { aReceivedUserCreated } from '../../../support/builders.js';

const at = (timeMicros: number, partition: number, offset: number) => ({ timeMicros, partition, offset, writeTime: timeMicros });

describe('orderOf', () => {
  const event = aReceivedUserCreated({ timeMicros: 50, partition: 2, offset: 7 });

  it.each([
    ['older', at(51, 0, 0)],
    ['newer', at(49, 9, 9)],
    ['older', at(50, 3, 0)],
    ['newer', at(50, 1, 9)],
    ['older', at(50, 2, 8)],
    ['newer', at(50, 2, 6)],
    ['same', at(50, 2, 7)],
    ['unordered', { ...at(50, 0, 0), partition: null, offset: null }],
    ['older', { ...at(51, 0, 0), partition: null, offset: null }],
  ] as const)('finds an event %s than %j', (order, newest) => {
    expect(orderOf(event, newest)).toBe(order);
  });
});

describe('NewestEvents', () => {
  it('forgets the keys that were noted longest ago, and no other', () => {
    const newest = new NewestEvents(2);
    for (const [key, timeMicros] of [['a', 1], ['b', 2], ['a', 3], ['c', 4], ['d', 5]] as const) newest.note(key, at(timeMicros, 0, 0));
    expect(['a', 'b', 'c', 'd'].map((key) => newest.of(key)?.timeMicros)).toEqual([3, undefined, 4, 5]);
    newest.note('e', null);
    expect(['c', 'd', 'e', 'f'].map((key) => newest.of(key)?.timeMicros ?? newest.of(key))).toEqual([undefined, 5, null, undefined]);
  });
});

describe('KeysInHand', () => {
  const settled = () => new Promise((resolve) => setImmediate(resolve));

  it('lets calls take turns that share a key, and others go', async () => {
    const inHand = new KeysInHand();
    const log: string[] = [];
    const take = async (name: string, keys: string[]) => {
      const giveBack = await inHand.take(keys);
      log.push(name);
      return giveBack;
    };
    const first = await take('first', ['a', 'b']);
    const second = take('second', ['b', 'c']);
    const third = take('third', ['c']);
    await take('other', ['d']);
    await settled();
    expect(log).toEqual(['first', 'third', 'other']);

    (await third)();
    await settled();
    expect(log).toEqual(['first', 'third', 'other']);
    first();
    (await second)();
    expect(log).toEqual(['first', 'third', 'other', 'second']);
  });

  it('never has a key in two hands', async () => {
    const inHand = new KeysInHand();
    const held = new Set<string>();
    await Promise.all(
      Array.from({ length: 100 }, async (_, index) => {
        const keys = [String(index % 3), String(index % 5), String(index % 7)].filter((key, place, all) => all.indexOf(key) === place);
        const giveBack = await inHand.take(keys);
        for (const key of keys) {
          expect(held.has(key)).toBe(false);
          held.add(key);
        }
        await settled();
        for (const key of keys) held.delete(key);
        giveBack();
      }),
    );
    expect(held.size).toBe(0);
  });
});
