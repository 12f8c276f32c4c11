import { closeNames } from './close-names.js';
import { type Config } from './config.js';
import { contradictions } from './contradictions.js';
import { idleSettings } from './idle-settings.js';
import { InvalidEnvironmentError } from './invalid-environment.error.js';
import { readVariables, type Environment } from './read-variables.js';
import { toConfig } from './to-config.js';

export interface ParsedEnvironment {
  readonly config: Config;
  /** Names that are close to one of ours, and settings without effect: a sentence each. */
  readonly warnings: readonly string[];
}

/**
 * The environment, once and whole. `readFile` gives the text of a `<NAME>_FILE`.
 * @throws InvalidEnvironmentError - names every fault at once, with the expected form and no value.
 */
export function parseEnvironment(environment: Environment, readFile: (path: string) => string): ParsedEnvironment {
  const { values, faults } = readVariables(environment, readFile);
  faults.push(...contradictions(values, faults));
  const warnings = [...closeNames(Object.keys(environment)), ...idleSettings(values)];
  if (faults.length > 0) throw new InvalidEnvironmentError(faults, warnings);
  return { config: deepFreeze(toConfig(values)), warnings };
}

function deepFreeze<Value extends object>(value: Value): Value {
  for (const inner of Object.values(value) as unknown[]) if (typeof inner === 'object' && inner !== null) deepFreeze(inner);
  return Object.freeze(value);
}
