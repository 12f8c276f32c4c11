import { addUp } from '../../../scripts/lib/figures.mjs';

describe('the figures of several runs', () => {
  it.each([
    [['3 passed, 0 failed\n'], '3 passed, 0 failed'],
    [['3 passed, 0 failed\n', '4 passed, 1 failed, 1 skipped\n'], '7 passed, 1 failed, 1 skipped'],
    [['1000 passed, 0 failed, 2 skipped\n', '999 passed, 0 failed, 3 skipped\n'], '1999 passed, 0 failed, 5 skipped'],
  ])('%j are %s', (lines, sum) => {
    expect(addUp(lines)).toBe(sum);
  });
});
