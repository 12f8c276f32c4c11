import { sumOf } from '../../../../scripts/bench/lib/prometheus.mjs';
import { atLeast, atMost, below, table } from '../../../../scripts/bench/lib/report.mjs';
import { LIMITS, soakLines } from '../../../../scripts/bench/lib/soak-report.mjs';

describe('budgets', () => {
  it.each([
    ['at least, met exactly', atLeast('ratio', 0.9, 0.9), true],
    ['at least, missed', atLeast('ratio', 0.9, 0.899), false],
    ['at most, met exactly', atMost('MB', 200, 200), true],
    ['at most, exceeded', atMost('MB', 200, 200.1), false],
    ['below, met exactly', below('p99 ms', 100, 100), false],
    ['a figure that there is not', atMost('MB', 200, NaN), false],
  ])('%s: %j', (_, budget, holds) => {
    expect(budget.holds).toBe(holds);
  });

  it('are in the table with whether all of a line hold, and a line without any says nothing', () => {
    const rows = table([
      { what: 'one', measured: '1', budgets: [atMost('a', 2, 1), atMost('b', 2, 1)] },
      { what: 'two', measured: '2', ratio: 0.5, bare: '4', budgets: [atMost('a', 2, 1), atLeast('ratio', 0.9, 0.5)] },
      { what: 'three', measured: '3', budgets: [] },
    ]).split('\n');
    const cells = rows.map((row) => row.split('|').slice(1, -1).map((cell) => cell.trim()));
    expect(cells.slice(2)).toEqual([
      ['one', '1', '', '', 'a <= 2, b <= 2', 'yes'],
      ['two', '2', '4', '0.50', 'a <= 2, ratio >= 0.9', 'NO'],
      ['three', '3', '', '', '', ''],
    ]);
    expect(new Set(rows.map(({ length }) => length)).size).toBe(1);
  });
});

describe('a metric in the text of Prometheus', () => {
  const TEXT = ['# HELP lag Events.', '# TYPE lag gauge', 'lag{partition="0",state="a"} 3', 'lag{partition="1",state="b"} 4', 'lag_other 100', 'heap 1.5e+6'].join('\n');

  it.each([
    ['lag', '', 7],
    ['lag', 'state="b"', 4],
    ['heap', '', 1_500_000],
    ['missing', '', null],
  ])('%s of %j is %p', (name, label, sum) => {
    expect(sumOf(TEXT, name, label)).toBe(sum);
  });
});

describe('the report of a soak', () => {
  const RATE = 500;
  /** An hour, a look a minute, flat but for what `change` makes of a look. */
  const hour = (change: (minute: number) => object) =>
    Array.from({ length: 61 }, (_, minute) => ({
      ...{ hours: minute / 60, residentMb: 150, heapMb: 40 + (minute % 3), openFiles: 30, lag: minute % 7, stored: minute * 60 * RATE, dead: 0, unbalanced: 0 },
      ...change(minute),
    }));
  const failing = (seen: ReturnType<typeof hour>) =>
    soakLines(seen, { rate: RATE, warmUpHours: 5 / 60 }).filter(({ budgets }) => !budgets.every(({ holds }) => holds)).map(({ what }) => what);

  it('finds nothing in what stays flat after a warm-up', () => {
    expect(failing(hour((minute) => (minute < 5 ? { residentMb: 50 + minute * 20 } : {})))).toEqual([]);
  });

  it.each([
    ['resident memory', (minute: number) => ({ residentMb: 150 + (minute * LIMITS.residentMb * 1.2) / 55 })],
    ['heap in use', (minute: number) => ({ heapMb: 40 + minute })],
    ['open files and sockets', (minute: number) => ({ openFiles: 30 + Math.floor(minute / 10) })],
    ['lag', (minute: number) => ({ lag: minute * 20 })],
    ['ledger', (minute: number) => ({ stored: minute * 60 * RATE * 0.9 })],
    ['ledger', (minute: number) => ({ dead: minute < 50 ? 0 : 1 })],
    ['ledger', (minute: number) => ({ unbalanced: minute === 30 ? 1 : 0 })],
    ['looks', (minute: number) => (minute === 30 ? { failed: 'it did not answer' } : {})],
  ])('names %s when that does not hold', (what, change) => {
    expect(failing(hour(change))).toEqual([what]);
  });

  it('holds nothing to be flat that it did not see', () => {
    expect(failing(hour(() => ({ residentMb: null })))).toEqual(['resident memory']);
    expect(failing([])).toContain('ledger');
  });
});
