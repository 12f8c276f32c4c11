import { distance } from 'fastest-levenshtein';
import { VARIABLES, type Variable } from './variables.js';

const MOST_EDITS = 2;

/** A sentence for each name that is nearly one of ours: a typing error that would otherwise mean nothing, silently. */
export function closeNames(names: readonly string[]): string[] {
  const ours = Object.entries<Variable>(VARIABLES).flatMap(([name, variable]) => (variable.secret === true ? [name, `${name}_FILE`] : [name]));
  const warnings: string[] = [];
  for (const name of names) {
    if (ours.includes(name)) continue;
    const meant = ours.find((our) => our.length > 5 && distance(name.toUpperCase(), our) <= MOST_EDITS);
    if (meant !== undefined) warnings.push(`${name} is not a setting: was ${meant} meant?`);
  }
  return warnings;
}
