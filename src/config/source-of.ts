import { type SourceChoice } from './config.js';
import { type Values } from './read-variables.js';

/** Whether log and table both are ours alone, in DATA_DIR. */
export function isEmbedded({ EVENT_BUS: bus = 'sqlite', USER_REPOSITORY: repository = 'sqlite' }: Values): boolean {
  return bus === 'sqlite' && repository === 'sqlite';
}

/** Where people come from: what was named, else whatever answers, else, where others see them, real people alone. */
export function sourceOf(values: Values): SourceChoice {
  return values.USER_SOURCE ?? (isEmbedded(values) ? 'auto' : 'randomuser');
}
