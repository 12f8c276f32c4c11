import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Leaves jest's result where the runner finds it: jest's own `--json` writes nothing when `--bail` ends the run. */
export default class Report {
  constructor({ rootDir }) {
    this.path = join(rootDir, 'report.json');
  }

  onRunComplete(_contexts, { numTotalTests, testResults }) {
    const suites = testResults.map(({ testFilePath, testResults: tests, testExecError, failureMessage }) => ({
      path: testFilePath,
      failed: tests.filter(({ status }) => status === 'failed').map(({ fullName }) => fullName),
      // Node gives up on modules that do not load without a word on the tests in them.
      unloaded: testExecError === undefined ? null : String(failureMessage ?? testExecError.message),
    }));
    writeFileSync(this.path, JSON.stringify({ tests: numTotalTests, suites }));
  }
}
