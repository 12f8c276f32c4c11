import { interleaved, quantile, slope } from '../../../../scripts/bench/lib/figures.mjs';
import { lineThrough } from '../../../../scripts/bench/lib/flatness.mjs';

const HUNDRED = Array.from({ length: 100 }, (_, index) => 100 - index);

describe('the figures of the benchmark', () => {
  it.each([
    [0.5, 50],
    [0.99, 99],
    [0.999, 100],
    [1, 100],
    [0, 1],
  ])('the %d quantile of 1 to 100 is %d, by nearest rank', (share, value) => {
    expect(quantile(HUNDRED, share)).toBe(value);
  });

  it('finds the slope of a line in spite of noise that cancels out', () => {
    expect(slope([[0, 1], [1, 4], [2, 4], [3, 7]])).toBeCloseTo(1.8);
    expect(slope([[2, 5]])).toBe(0);
  });

  it('measures in turn, the other one first each time, and compares within pairs', async () => {
    const order: string[] = [];
    const measuring = (name: string, rates: number[], residentMb: number | null) => async () => {
      order.push(name);
      return { perSecond: rates.shift() ?? 0, cpuMicros: 10, residentMb };
    };
    // The machine was slow during the second pair, for both: the ratio does not mind.
    const { ours, bare, ratio } = await interleaved(3, measuring('ours', [80, 8, 88], 100), measuring('bare', [100, 10, 100], null));
    expect(order).toEqual(['ours', 'bare', 'bare', 'ours', 'ours', 'bare']);
    expect(ratio).toBeCloseTo(0.8);
    expect(ours).toEqual({ perSecond: 80, cpuMicros: 10, residentMb: 100 });
    expect(bare).toEqual({ perSecond: 100, cpuMicros: 10, residentMb: null });
  });
});

describe('the line through what a soak saw', () => {
  const from = (values: readonly (number | null)[]) => values.map((value, index) => [index / 10, value] as const);

  it('leaves the warm-up out, and tells the rise of the line beside its slope', () => {
    const line = lineThrough(from([10, 90, 100, 101, 102, 103]), 0.2);
    expect(line?.perHour).toBeCloseTo(10);
    expect(line?.rise).toBeCloseTo(3);
    expect(line).toMatchObject({ last: 103, most: 103 });
  });

  it('tells what fell too', () => {
    expect(lineThrough(from([300, 200, 100]), 0)?.rise).toBeCloseTo(-200);
  });

  it.each([
    ['too few points are left', from([1, 2, 3, 4]), 0.2],
    ['the system did not say', from([1, null, 3, 4]), 0],
    ['nothing was seen', [], 0],
  ])('says nothing where %s', (_, points, warmUpHours) => {
    expect(lineThrough(points, warmUpHours)).toBeNull();
  });
});
