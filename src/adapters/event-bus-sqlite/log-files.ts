import { renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Logger, type OnApplicationShutdown } from '@nestjs/common';
import { DamagedDataError, DataLockedError } from '../../domain/errors.js';
import { type Clock } from '../../ports/clock.port.js';
import { BusUnavailableError } from '../../ports/event-bus.errors.js';
import { Backoff } from '../shared/backoff.js';
import { LogFile } from './log-file.js';
import { type Topic } from './topic-catalog.js';

export interface LogFilesOptions {
  /** The folder of the data files; made where it is missing. */
  readonly dataDir: string;
  /** How long a write tries again while another process holds the lock, in milliseconds. */
  readonly lockPatienceMs?: number;
}

const LOCK_PATIENCE_MS = 5_000;
const OPENING_BACKOFF = { baseMs: 20, maxMs: 200 };

/** Who is alive is written every few seconds and worth nothing tomorrow: a file of its own spares the log its syncs. */
const HEARTBEATS = '_heartbeats';

/** The data files of the log, opened once a process: `log.db`, and `heartbeats.db` for topics ending in `_heartbeats`. */
export class LogFiles implements OnApplicationShutdown {
  private readonly closing = new AbortController();

  private constructor(private readonly log: LogFile, private readonly heartbeats: LogFile) {}

  /** Aborts when the files are about to be closed. */
  readonly closed: AbortSignal = this.closing.signal;

  /**
   * Opens both files, makes what is missing. Damaged heartbeats are set aside and begun anew: they are worth nothing
   * tomorrow, and must keep nobody from the log.
   * @throws DamagedDataError, NewerDataError - nothing was written to the file that it names.
   * @throws BusUnavailableError - another process held a file all the time.
   */
  static async open(options: LogFilesOptions, clock: Clock): Promise<LogFiles> {
    const patienceMs = options.lockPatienceMs ?? LOCK_PATIENCE_MS;
    const log = await openPatiently(join(options.dataDir, 'log.db'), clock, patienceMs);
    try {
      return new LogFiles(log, await openHeartbeats(join(options.dataDir, 'heartbeats.db'), clock, patienceMs));
    } catch (error) {
      log.close();
      throw error;
    }
  }

  get all(): readonly LogFile[] {
    return [this.log, this.heartbeats];
  }

  /** The file that a topic of this name lies in, whether it has been made or not. */
  fileOf(topic: string): LogFile {
    return topic.endsWith(HEARTBEATS) ? this.heartbeats : this.log;
  }

  /** @throws UnknownTopicError - nobody made it. */
  topic(name: string): { readonly file: LogFile; readonly topic: Topic } {
    this.throwIfClosed();
    const file = this.fileOf(name);
    return { file, topic: file.topics.get(name) };
  }

  /** @throws BusUnavailableError */
  throwIfClosed(): void {
    if (this.closed.aborted) throw new BusUnavailableError('the log has been closed');
  }

  close(): void {
    if (this.closed.aborted) return;
    this.closing.abort();
    for (const file of this.all) file.close();
  }

  onApplicationShutdown(): void {
    this.close();
  }
}

async function openHeartbeats(path: string, clock: Clock, patienceMs: number): Promise<LogFile> {
  try {
    return await openPatiently(path, clock, patienceMs);
  } catch (error) {
    if (!(error instanceof DamagedDataError)) throw error;
    new Logger(LogFiles.name).warn(`${error.message}; it held nothing but who was alive: it is kept as ${path}.damaged and begun anew`);
    renameSync(path, `${path}.damaged`);
    for (const beside of ['-wal', '-shm']) rmSync(path + beside, { force: true });
    return openPatiently(path, clock, patienceMs);
  }
}

async function openPatiently(path: string, clock: Clock, patienceMs: number): Promise<LogFile> {
  const until = clock.monotonic() + patienceMs;
  const backoff = new Backoff(OPENING_BACKOFF);
  for (;;) {
    try {
      return LogFile.open(path, clock, patienceMs);
    } catch (error) {
      if (!(error instanceof DataLockedError)) throw error;
      if (clock.monotonic() >= until) throw new BusUnavailableError(error.message, { cause: error });
      await backoff.wait(clock);
    }
  }
}
