import { type By } from '../../journal/index.js';
import { type Caller } from './caller.js';

/** How the journal names whoever did something through the API. */
export function byOf(caller: Caller, reason: string | undefined): By {
  return { actor: caller.actor ?? 'anonymous', reason: reason ?? null };
}
