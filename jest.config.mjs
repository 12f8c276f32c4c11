/** One project a test size: the file's ending says how slow it may be. */
const project = (displayName, testMatch) => ({
  displayName,
  testMatch,
  rootDir: import.meta.dirname,
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': '@swc/jest' },
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
});

export default {
  // For a machine that is busy with something else: what has to be quick says so itself.
  testTimeout: 240_000,
  globalSetup: '<rootDir>/test/support/global-setup.mjs',
  reporters: ['default', '<rootDir>/scripts/summary-reporter.mjs'],
  projects: [
    project('unit', ['<rootDir>/test/**/*.unit.spec.ts']),
    project('integration', ['<rootDir>/test/**/*.int.spec.ts']),
    project('e2e', ['<rootDir>/test/**/*.e2e.spec.ts']),
    project('faults', ['<rootDir>/test/**/*.fault.spec.ts']),
    project('servers', ['<rootDir>/test/**/*.servers.spec.ts']),
  ],
};
