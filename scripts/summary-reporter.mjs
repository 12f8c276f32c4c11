/** Prints the run's last line, `N passed, N failed[, N skipped]`, from jest's own result. */
export default class SummaryReporter {
  onRunComplete(_contexts, results) {
    const brokenSuites = results.numRuntimeErrorTestSuites;
    const skipped = results.numPendingTests + results.numTodoTests;
    const parts = [`${results.numPassedTests} passed`, `${results.numFailedTests + brokenSuites} failed`];
    if (skipped > 0) parts.push(`${skipped} skipped`);
    this.line = parts.join(', ');
    process.once('exit', () => process.stdout.write(`${this.line}\n`));
  }
}
