/** A variable that cannot be used, and what it should look like. Never its value. */
export interface Fault {
  readonly name: string;
  readonly expected: string;
}

/** The environment is not usable; the message lists every fault. The process ends with exit code 2. */
export class InvalidEnvironmentError extends Error {
  constructor(readonly faults: readonly Fault[], warnings: readonly string[] = []) {
    super(['The configuration cannot be used:', ...faults.map((fault) => `  ${fault.name}: expected ${fault.expected}`), ...warnings.map((warning) => `  ${warning}`), 'Nothing was started. docs/settings.md lists all settings.'].join('\n'));
    this.name = 'InvalidEnvironmentError';
  }
}
