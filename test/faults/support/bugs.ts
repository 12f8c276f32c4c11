import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { temporaryFolder } from '../../support/temporary-folder.js';

/** What can be wrong in a process, as bugs.program.mjs has it; `stops-in` a write transaction of a data file. */
export type Bug = 'store-throws' | 'store-hangs' | 'handler-crashes' | 'driver-crashes' | 'commit-waits' | `stops-in ${'log' | 'table'}.db`;

const PRELOAD = pathToFileURL(join(import.meta.dirname, 'bugs.program.mjs')).href;

/** Bugs that a process of the built app gets, to be put in and taken out while it runs. */
export class Bugs {
  private readonly file = join(temporaryFolder(), 'bugs');

  constructor(private readonly more: { readonly stalledAfterMs?: number | undefined } = {}) {
    this.takeOut();
  }

  /** For the process that is to have them. */
  get environment(): Readonly<Record<string, string>> {
    const { stalledAfterMs } = this.more;
    return {
      NODE_OPTIONS: `--import=${PRELOAD}`,
      BUGS: this.file,
      ...(stalledAfterMs === undefined ? {} : { BUGS_STALLED_AFTER_MS: String(stalledAfterMs) }),
    };
  }

  putIn(bug: Bug): void {
    writeFileSync(this.file, bug);
  }

  takeOut(): void {
    writeFileSync(this.file, '');
  }
}
