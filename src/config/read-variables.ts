import { type z } from 'zod';
import { type Fault } from './invalid-environment.error.js';
import { type Variable } from './variable.js';
import { VARIABLES, type VariableName } from './variables.js';

export type Environment = Readonly<Record<string, string | undefined>>;

/** What is set and well formed; what is not set is undefined. */
export type Values = { readonly [Name in VariableName]?: z.output<(typeof VARIABLES)[Name]['schema']> };

/** Reads each variable by its schema, a secret also from the file that `<NAME>_FILE` names. An empty value is not set. */
export function readVariables(environment: Environment, readFile: (path: string) => string): { values: Values; faults: Fault[] } {
  const values: Record<string, unknown> = {};
  const faults: Fault[] = [];
  for (const [name, variable] of Object.entries<Variable>(VARIABLES)) {
    const text = textOf(name, variable, environment, readFile);
    if (text === undefined) continue;
    if (typeof text === 'object') {
      faults.push(text);
      continue;
    }
    const parsed = variable.schema.safeParse(text);
    if (parsed.success) values[name] = parsed.data;
    else faults.push({ name, expected: variable.form });
  }
  return { values, faults };
}

function textOf(name: string, variable: Variable, environment: Environment, readFile: (path: string) => string): string | Fault | undefined {
  const direct = given(environment, name);
  if (variable.secret !== true) return direct;
  const path = given(environment, `${name}_FILE`);
  if (path === undefined) return direct;
  if (direct !== undefined) return { name: `${name}_FILE`, expected: `not set together with ${name}` };
  try {
    return readFile(path).trim();
  } catch {
    return { name: `${name}_FILE`, expected: 'the path of a file that this process can read' };
  }
}

function given(environment: Environment, name: string): string | undefined {
  const text = environment[name]?.trim();
  return text === '' ? undefined : text;
}
