import { readFileSync } from 'node:fs';
import { type AppProcess } from '../../support/app-process.js';

const EVERY_MS = 250;

/** Watches how much memory a process has, in MB, from now on. */
export class ResidentMemory {
  readonly before: number;
  greatest: number;
  private readonly timer: NodeJS.Timeout;

  constructor(private readonly app: AppProcess) {
    this.before = residentMb(app.pid);
    this.greatest = this.before;
    this.timer = setInterval(() => this.look(), EVERY_MS);
  }

  get grownBy(): number {
    return this.greatest - this.before;
  }

  /** A process that is gone has no memory to look at. */
  look(): void {
    if (this.app.pid !== undefined) this.greatest = Math.max(this.greatest, residentMb(this.app.pid));
  }

  stop(): void {
    clearInterval(this.timer);
  }
}

function residentMb(pid: number | undefined): number {
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kilobytes) / 1_024;
}
