import { distance } from 'fastest-levenshtein';
import { type Variable } from './variable.js';
import { VARIABLES } from './variables.js';

const MOST_EDITS = 2;

/** A sentence for each name that is nearly one of ours: a typing error that would otherwise mean nothing, silently. */
export function closeNames(names: readonly string[]): string[] {
  const ours = Object.entries<Variable>(VARIABLES).flatMap(([name, variable]) => (variable.secret === true ? [name, `${name}_FILE`] : [name]));
  return names.filter((name) => !ours.includes(name)).flatMap((name) => {
    const meant = closest(name.toUpperCase(), ours.filter((our) => our.length > 5));
    return meant === undefined ? [] : [`${name} is not a setting: was ${meant} meant?`];
  });
}

function closest(name: string, ours: readonly string[]): string | undefined {
  const near = ours.map((our) => ({ our, edits: distance(name, our) })).filter(({ edits }) => edits <= MOST_EDITS);
  return near.sort((one, other) => one.edits - other.edits)[0]?.our;
}
