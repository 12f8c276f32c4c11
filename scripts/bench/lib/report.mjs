/** How figures look, what a budget is, and the table of all lines. */

const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });

export const count = (number) => whole.format(number);
export const perSecond = ({ perSecond: rate, cpuMicros }, of) => `${whole.format(rate)} ${of}/s${cpuMicros === null ? '' : `, ${cpuMicros.toFixed(1)} us CPU`}`;
export const milliseconds = (ms) => `${ms.toFixed(1)} ms`;
export const seconds = (s) => `${s.toFixed(2)} s`;

export const atLeast = (of, limit, value) => ({ text: `${of} >= ${count2(limit)}`, value, holds: value >= limit });
export const atMost = (of, limit, value) => ({ text: `${of} <= ${count2(limit)}`, value, holds: value <= limit });
export const below = (of, limit, value) => ({ text: `${of} < ${count2(limit)}`, value, holds: value < limit });

const count2 = (limit) => limit.toLocaleString('en');

const HEAD = ['line', 'measured', 'bare loop', 'ratio', 'budget', 'holds'];

/** The lines as a Markdown table that is also readable as it is. */
export function table(lines) {
  const cells = lines.map(({ what, measured, bare, ratio, budgets }) => [
    what,
    measured,
    bare ?? '',
    ratio === undefined ? '' : ratio.toFixed(2),
    budgets.map(({ text }) => text).join(', '),
    budgets.length === 0 ? '' : budgets.every(({ holds }) => holds) ? 'yes' : 'NO',
  ]);
  const widths = HEAD.map((title, column) => Math.max(title.length, ...cells.map((row) => row[column].length)));
  const row = (texts) => `| ${texts.map((text, column) => text.padEnd(widths[column])).join(' | ')} |`;
  return [row(HEAD), row(widths.map((width) => '-'.repeat(width))), ...cells.map(row)].join('\n');
}

/** The machine in one line. */
export function machineLine({ cpu, cores, memoryMb, system, node, date, loadBefore }) {
  return `${cpu}, ${cores} cores, ${whole.format(memoryMb)} MB, ${system}, Node ${node}, ${date.slice(0, 10)}; load before ${loadBefore.toFixed(2)}`;
}
