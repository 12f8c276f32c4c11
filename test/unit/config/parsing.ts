import { InvalidEnvironmentError } from '../../../src/config/invalid-environment.error.js';
import { parseEnvironment } from '../../../src/config/parse-environment.js';

type Environment = Readonly<Record<string, string>>;
type ReadFile = (path: string) => string;

const noFile = (): string => {
  throw new Error('ENOENT');
};

export const parse = (environment: Environment, readFile: ReadFile = noFile) => parseEnvironment(environment, readFile);

/** Why an environment is refused; fails if it is not. */
export function faultsOf(environment: Environment, readFile?: ReadFile): InvalidEnvironmentError {
  try {
    parse(environment, readFile);
  } catch (error) {
    if (error instanceof InvalidEnvironmentError) return error;
    throw error;
  }
  throw new Error('the environment was accepted');
}

export const namesOf = (error: InvalidEnvironmentError) => error.faults.map((fault) => fault.name).sort();
