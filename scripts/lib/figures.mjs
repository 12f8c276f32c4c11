/** The figures of several runs in one line of the same form: `3 passed, 0 failed` and `4 passed, 1 failed, 1 skipped` are `7 passed, 1 failed, 1 skipped`. */
export function addUp(lines) {
  const sums = { passed: 0, failed: 0 };
  for (const [, count, word] of lines.join('\n').matchAll(/(\d+) ([a-z]+)/g)) sums[word] = (sums[word] ?? 0) + Number(count);
  return Object.entries(sums).map(([word, count]) => `${count} ${word}`).join(', ');
}
