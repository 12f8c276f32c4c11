import { RecentIds } from '../../../../src/modules/journal/recent-ids.js';

describe('the memory of ids', () => {
  it('knows an id again', () => {
    const ids = new RecentIds(10);
    expect([ids.add('a'), ids.add('b'), ids.add('a')]).toEqual([true, true, false]);
  });

  it('remembers at least its capacity, and forgets in the end', () => {
    const ids = new RecentIds(10);
    ids.add('first');
    for (let n = 0; n < 10; n += 1) ids.add(`${n}`);
    expect(ids.add('first')).toBe(false);
    for (let n = 10; n < 20; n += 1) ids.add(`${n}`);
    expect(ids.add('first')).toBe(true);
  });
});
