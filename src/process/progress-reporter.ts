import { type Clock } from '../ports/clock.port.js';
import { type Progress, progressLine } from './progress-line.js';
import { type Terminal } from './terminal.js';

const EVERY_MS = 1_000;

/** Writes the bottom line once a second until `signal` aborts. A reading that fails is left out: the next one comes. */
export async function reportProgress(terminal: Terminal, clock: Clock, read: () => Promise<Progress>, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const line = await read().then(progressLine, () => null);
    if (line !== null && !signal.aborted) terminal.show(line);
    await clock.sleep(EVERY_MS, signal);
  }
  terminal.show('');
}
