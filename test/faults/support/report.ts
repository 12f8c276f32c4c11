import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Adapters } from './installation.js';
import { SCALE, SEED } from './scale.js';

/** What was seen of one fault on one set of adapters, for docs/reliability.md. */
export interface Finding {
  /** The number of the fault, and a name for its line: `1`, `kill -9`. */
  readonly fault: number;
  readonly name: string;
  readonly adapters: Adapters;
  /** What was done to it, with figures, one sentence. */
  readonly injected: string;
  /** What was measured, with its unit in the name: `{ 'lost': 0, 'takeover s': 4.1 }`. */
  readonly figures: Readonly<Record<string, number | string>>;
}

/** Written only where somebody asked for a folder of results; a test says it last, when everything has held. */
export function report(finding: Finding): void {
  const folder = process.env['USERSTREAM_FAULT_RESULTS'];
  if (folder === undefined || folder === '') return;
  mkdirSync(folder, { recursive: true });
  const file = `${finding.fault}-${finding.name}-${finding.adapters}-${SEED}`.replaceAll(/[^A-Za-z0-9-]+/g, '_');
  writeFileSync(join(folder, `${file}.json`), `${JSON.stringify({ ...finding, seed: SEED, scale: SCALE, at: new Date().toISOString() }, null, 2)}\n`);
}
