import { fairShare } from '../../../../src/adapters/event-bus-sqlite/fair-shares.js';
import { partitionOfKey } from '../../../../src/adapters/event-bus-sqlite/partitioner.js';

describe('fairShare', () => {
  it.each([
    [4, 1, [4]],
    [4, 3, [2, 1, 1]],
    [5, 2, [3, 2]],
    [2, 3, [1, 1, 0]],
  ])('of %i partitions among %i members', (partitions, members, shares) => {
    expect(shares.map((_, place) => fairShare(partitions, members, place))).toEqual(shares);
  });
});

describe('partitionOfKey', () => {
  /** Written down once: another answer would split the order of every key on the logs that exist. */
  it('never changes its answer', () => {
    expect(['', 'a', 'ada', '5f3c1a9e-0000-4000-8000-000000000001', 'ключ'].map((key) => partitionOfKey(key, 16))).toMatchInlineSnapshot(`
[
  12,
  4,
  9,
  8,
  12,
]
`);
  });

  it('spreads ids evenly', () => {
    const counts = [0, 0, 0, 0];
    for (let index = 0; index < 10_000; index += 1) {
      const partition = partitionOfKey(`user-${index}-${index * 7}`, 4);
      counts[partition] = (counts[partition] ?? 0) + 1;
    }
    for (const count of counts) expect(Math.abs(count - 2_500)).toBeLessThan(300);
  });
});
