import { codeOf, DataLockedError, PipelineError } from '../../domain/errors.js';
import { type Clock } from '../../ports/clock.port.js';
import { HealthProbe, type Health } from '../../ports/health-probe.port.js';
import { type LogFile } from './log-file.js';
import { type LogFiles } from './log-files.js';

type Finding = Omit<Health, 'name' | 'sinceMs'>;

const WELL: Finding = { status: 'up', code: null, reason: null, suggestion: null };

/** Locks come and go; one that is held this long has a reason. */
const LONG_LOCK_MS = 5_000;

/**
 * Says how the embedded log is: what its last write met in each file, or, where that was well, what one small read
 * meets now. A full disk is `degraded`, since everything can still be read; a file that is damaged, or that another
 * process has kept locked for more than five seconds, is `down`.
 */
export class SqliteEventBusProbe extends HealthProbe {
  private code: string | null = null;
  private sinceMs: number;

  constructor(private readonly files: LogFiles, private readonly clock: Clock) {
    super();
    this.sinceMs = clock.now();
  }

  async check(): Promise<Health> {
    const finding = this.files.all.map(findingOf).find(({ status }) => status !== 'up') ?? WELL;
    if (finding.code !== this.code) {
      this.code = finding.code;
      this.sinceMs = this.clock.now();
    }
    return { name: 'event-bus', ...finding, sinceMs: this.sinceMs };
  }
}

function findingOf(file: LogFile): Finding {
  const fault = file.sqlite.damage ?? file.writer.fault;
  if (fault instanceof DataLockedError) return lockOf(file);
  if (fault !== null) return faultOf(fault);
  try {
    file.topics.partitionCount();
    return WELL;
  } catch (error) {
    return faultOf(error);
  }
}

function lockOf(file: LogFile): Finding {
  const heldMs = file.writer.lockedForMs();
  if (heldMs <= LONG_LOCK_MS) return WELL;
  return {
    status: 'down',
    code: 'data.locked',
    reason: `${file.sqlite.path} has been locked by another process for ${Math.floor(heldMs / 1_000)} s`,
    suggestion: 'look for a stopped or hanging process on this data folder (a stopped one has state T in `ps`), and let it go on or end it',
  };
}

function faultOf(error: unknown): Finding {
  const code = codeOf(error);
  return {
    status: code === 'data.disk-full' ? 'degraded' : 'down',
    code,
    reason: error instanceof Error ? error.message : 'the log cannot be read',
    suggestion: error instanceof PipelineError ? (error.remedy ?? null) : null,
  };
}
