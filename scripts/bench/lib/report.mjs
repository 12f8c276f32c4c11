/** How figures look, what a budget is, and the table of all lines. */

const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });

export const count = (number) => whole.format(number);
export const megabytes = (mb) => (mb === null ? 'memory not known' : `${mb.toFixed(0)} MB`);
/** A rate, the processor time of each, and the most memory meanwhile. */
export const perSecond = (measurement, of) => `${whole.format(measurement.perSecond)} ${of}/s, ${cost(measurement)}`;
/** What it took, where the rate was given. */
export const cost = ({ cpuMicros, residentMb }) => `${cpuMicros === null ? 'CPU not known' : `${cpuMicros.toFixed(1)} us CPU`}, ${megabytes(residentMb)}`;
export const milliseconds = (ms) => `${ms.toFixed(1)} ms`;
/** Of a leg's summary, in milliseconds. */
export const percentiles = ({ p50, p90, p99, p999, max }) => `p50 ${p50.toFixed(1)}, p90 ${p90.toFixed(1)}, p99 ${p99.toFixed(1)}, p99.9 ${p999.toFixed(1)}, max ${milliseconds(max)}`;
export const seconds = (s) => `${s.toFixed(2)} s`;

export const atLeast = (of, limit, value) => ({ text: `${of} >= ${count2(limit)}`, value, holds: value >= limit });
export const atMost = (of, limit, value) => ({ text: `${of} <= ${count2(limit)}`, value, holds: value <= limit });
export const below = (of, limit, value) => ({ text: `${of} < ${count2(limit)}`, value, holds: value < limit });

const count2 = (limit) => limit.toLocaleString('en');

/** The lines of a run that was made by two processes and by one. */
export function twoAndOne(what, { ours: two, bare: one, ratio, pairs }) {
  return [
    { what: `${what}, 2 instances`, measured: `${perSecond(two, 'rows')}; ${ratio.toFixed(2)} of one`, ratioToOne: ratio, budgets: [], samples: pairs.map(({ ours }) => ours) },
    { what: `${what}, 1 instance`, measured: perSecond(one, 'rows'), budgets: [], samples: pairs.map(({ bare }) => bare) },
  ];
}

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

/** The machine, and what was measured on it, in one line. */
export function machineLine({ cpu, cores, memoryMb, system, node, date, loadBefore, commit, changed }, versions) {
  const servers = Object.entries(versions).map(([name, version]) => `, ${name} ${version ?? 'of a version not said'}`);
  const code = commit === null ? 'no commit known' : `commit ${commit.slice(0, 10)}${changed ? ' and changes' : ''}`;
  return `${cpu}, ${cores} cores, ${whole.format(memoryMb)} MB, ${system}, Node ${node}${servers.join('')}, ${code}, ${date.slice(0, 10)}; load before ${loadBefore.toFixed(2)}`;
}
