import { writeFileSync } from 'node:fs';

/**
 * Puts `N passed, N failed[, N skipped]`, from jest's own result, into the file that USERSTREAM_TEST_SUMMARY names:
 * who started jest prints it last, after everything that jest says at its end.
 */
export default class SummaryReporter {
  onRunComplete(_contexts, results) {
    const file = process.env.USERSTREAM_TEST_SUMMARY;
    if (file === undefined) return;
    const skipped = results.numPendingTests + results.numTodoTests;
    const parts = [`${results.numPassedTests} passed`, `${results.numFailedTests + results.numRuntimeErrorTestSuites} failed`];
    if (skipped > 0) parts.push(`${skipped} skipped`);
    writeFileSync(file, `${parts.join(', ')}\n`);
  }
}
