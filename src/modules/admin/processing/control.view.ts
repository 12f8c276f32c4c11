import { type By, type ProcessingControl } from '../../journal/index.js';
import { isoTime } from '../http/time.js';

/** Whether processing was told to pause. */
export interface ControlView {
  readonly paused: boolean;
  readonly code: string | null;
  readonly by: By | null;
  readonly since: string | null;
}

export function viewOfControl({ paused, code, by, sinceMs }: ProcessingControl): ControlView {
  return { paused, code, by, since: isoTime(sinceMs) };
}
