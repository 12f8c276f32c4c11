import { statSync } from 'node:fs';
import { relative } from 'node:path';

const broken = (process.env['BROKEN_FILE'] ?? '').replace(/\.ts$/, '').split('/').slice(1);

/** Runs the specs first whose path has the most in common with the broken file's, of those the small ones: they notice soonest. */
export default class NearestFirst {
  sort(tests) {
    const nearness = new Map(tests.map((test) => [test, nearnessOf(relative(test.context.config.rootDir, test.path))]));
    return [...tests].sort((one, other) => nearness.get(other) - nearness.get(one) || statSync(one.path).size - statSync(other.path).size);
  }

  allFailedTests(tests) {
    return tests;
  }

  cacheResults() {
    // The order does not depend on earlier runs.
  }
}

function nearnessOf(spec) {
  return broken.filter((part) => spec.includes(part)).length;
}
