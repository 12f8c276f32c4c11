import { DamagedDataError, DataFileError, DataFolderError, DataLockedError, DiskFullError } from '../../domain/errors.js';
import { Backoff, type Random, type Sleeper } from './backoff.js';
import { type SqliteFile } from './sqlite-file.js';

/** As much of a Clock as a writer needs. */
export interface WriterClock extends Sleeper {
  monotonic(): number;
}

export interface WriterOptions {
  /** How long to try again while another process holds the lock, in milliseconds. */
  readonly patienceMs: number;
  readonly random?: Random;
}

/** How long a transaction takes on further work, in milliseconds: HTTP and signals want their turn. */
const SLICE_MS = 50;

/** The lock is asked for again soon, and without blocking: whoever holds it past SQLite's own timeout may hold it long. */
const LOCK_BACKOFF = { baseMs: 5, maxMs: 100 };

/** What no other piece of work would fare better with. */
const FAULTS_OF_THE_FILE = [DiskFullError, DataFileError, DataFolderError, DamagedDataError] as const;

interface Job {
  readonly work: () => unknown;
  readonly resolve: (result: never) => void;
  readonly reject: (error: unknown) => void;
  readonly until: number;
  readonly signal: AbortSignal | undefined;
}

/**
 * The one who writes to a file: what is submitted while the event loop turns becomes one transaction, so that its sync
 * is paid for once. Work is done in the order submitted. A transaction is never held across an await.
 */
export class SqliteWriter {
  private jobs: Job[] = [];
  private running = false;
  private lockMetAt: number | null = null;
  private readonly stopped = new AbortController();
  private readonly backoff: Backoff;

  constructor(
    private readonly file: SqliteFile,
    private readonly clock: WriterClock,
    private readonly options: WriterOptions,
    private readonly committed: () => void = () => undefined,
  ) {
    this.backoff = new Backoff(LOCK_BACKOFF, options.random);
  }

  /** The last write's error, until a write goes through; null when all is well. */
  fault: unknown = null;

  /** For how long every try has met another process's lock, in milliseconds. */
  lockedForMs(): number {
    return this.lockMetAt === null ? 0 : this.clock.monotonic() - this.lockMetAt;
  }

  /**
   * Runs `work` in a transaction, with others'; resolves with its result when that is durable. If it throws, nothing of
   * it is left and the others' are unharmed: so `work` may run more than once, and changes nothing but the file.
   * When `signal` aborts before its turn has come, it rejects with the signal's reason.
   * @throws DataLockedError - another process held the lock all the time; nothing was written.
   * @throws DiskFullError, DataFileError, DataFolderError, DamagedDataError
   */
  submit<Result>(work: () => Result, signal?: AbortSignal): Promise<Result> {
    if (this.stopped.signal.aborted) return Promise.reject(closed(this.file));
    return new Promise<Result>((resolve, reject) => {
      this.jobs.push({ work, resolve, reject, signal, until: this.clock.monotonic() + this.options.patienceMs });
      if (this.running) return;
      this.running = true;
      setImmediate(() => void this.drain());
    });
  }

  /** Rejects what is still waiting. */
  stop(): void {
    this.stopped.abort();
    for (const job of this.jobs.splice(0)) job.reject(closed(this.file));
  }

  private async drain(): Promise<void> {
    for (this.dropAborted(); this.jobs.length > 0; this.dropAborted()) {
      const met = this.commitSome();
      if (met === 'lock') await this.backoff.wait(this.clock, this.stopped.signal);
      else if (this.jobs.length > 0) await new Promise((resolve) => setImmediate(resolve));
    }
    this.running = false;
  }

  private dropAborted(): void {
    if (!this.jobs.some((job) => job.signal?.aborted)) return;
    for (const job of this.jobs) if (job.signal?.aborted) job.reject(job.signal.reason);
    this.jobs = this.jobs.filter((job) => !job.signal?.aborted);
  }

  private commitSome(): 'lock' | 'done' {
    const taken: { job: Job; result: unknown }[] = [];
    let current: Job | undefined;
    try {
      this.file.write(() => {
        const until = this.clock.monotonic() + SLICE_MS;
        for (current of this.jobs) {
          taken.push({ job: current, result: current.work() });
          if (this.clock.monotonic() >= until) break;
        }
        current = undefined;
      }, this.lockMetAt === null ? undefined : 0);
    } catch (error) {
      if (error instanceof DataLockedError) return this.meetLock(error);
      this.fail(error, current, taken.map(({ job }) => job));
      return 'done';
    }
    this.succeed(taken);
    return 'done';
  }

  private succeed(taken: readonly { job: Job; result: unknown }[]): void {
    this.unlocked();
    this.fault = null;
    this.jobs.splice(0, taken.length);
    for (const { job, result } of taken) job.resolve(result as never);
    this.committed();
  }

  private meetLock(error: DataLockedError): 'lock' {
    const now = this.clock.monotonic();
    this.lockMetAt ??= now;
    this.fault = error;
    const late = this.jobs.filter((job) => job.until <= now);
    this.jobs = this.jobs.filter((job) => job.until > now);
    for (const job of late) job.reject(error);
    return 'lock';
  }

  /**
   * What the file refuses, it refuses to all that were in the transaction, and a transaction that cannot begin to all
   * that wait. An error of one piece of work is its own, and the others run again.
   */
  private fail(error: unknown, culprit: Job | undefined, taken: readonly Job[]): void {
    this.unlocked();
    const ofTheFile = FAULTS_OF_THE_FILE.some((fault) => error instanceof fault);
    if (ofTheFile) this.fault = error;
    const inTransaction = culprit === undefined ? taken : [...taken, culprit];
    const all = inTransaction.length === 0 ? this.jobs : inTransaction;
    const failed = new Set(ofTheFile || culprit === undefined ? all : [culprit]);
    this.jobs = this.jobs.filter((job) => !failed.has(job));
    for (const job of failed) job.reject(error);
  }

  private unlocked(): void {
    this.lockMetAt = null;
    this.backoff.reset();
  }
}

function closed(file: SqliteFile): DataLockedError {
  return new DataLockedError(`${file.path} was closed`);
}
