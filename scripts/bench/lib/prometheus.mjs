/** The sum of a metric's samples, over all of its labels, in Prometheus' text format; with `label`, such as `state="dead"`, of those that have it. Null where there is none. */
export function sumOf(text, name, label = '') {
  const values = text
    .split('\n')
    .filter((line) => line.startsWith(name) && /^[{ ]/.test(line.slice(name.length)) && line.includes(label))
    .map((line) => Number(line.slice(line.lastIndexOf(' ') + 1)));
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0);
}
