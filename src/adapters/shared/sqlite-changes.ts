import { watch, type FSWatcher } from 'node:fs';
import { type Sleeper } from './backoff.js';
import { type SqliteFile } from './sqlite-file.js';

/**
 * When to look after the WAL was written to: a commit shows only once its sync has returned, some time after the last
 * byte. Milliseconds from one look to the next.
 */
const LOOKS_AFTER_WRITE_MS = [0, 1, 1, 1, 2, 2, 3, 5, 8, 13, 21, 34];

/** How often to look where the file system tells of writes, and where it does not. One look costs about 4 µs. */
const FALLBACK_MS = 250;
const UNWATCHED_MS = 10;

/**
 * Tells its listeners that something was committed to a file: at once for this process's own commits, and within
 * milliseconds for those of others. `PRAGMA data_version` is the truth, the file system only says when to look. It
 * costs nothing while nobody listens, and next to nothing while nobody writes.
 */
export class SqliteChanges {
  private readonly listeners = new Set<() => void>();
  private watching: AbortController | null = null;
  private version = 0;
  private look = LOOKS_AFTER_WRITE_MS.length;
  private timer: NodeJS.Timeout | null = null;

  constructor(private readonly file: SqliteFile, private readonly sleeper: Sleeper) {}

  /** Calls `listener` after each commit, or once for several; never before this returns. Returns what ends it. */
  listen(listener: () => void): () => void {
    this.listeners.add(listener);
    if (this.watching === null) this.start();
    return () => {
      this.listeners.delete(listener);
      if (this.listeners.size === 0) this.stop();
    };
  }

  /** This process has committed, which `data_version` does not tell. */
  announce(): void {
    for (const listener of [...this.listeners]) listener();
  }

  stop(): void {
    this.watching?.abort();
    this.watching = null;
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
  }

  private start(): void {
    const watching = new AbortController();
    this.watching = watching;
    this.version = this.file.dataVersion();
    const watched = this.watchWal(watching);
    void this.poll(watched ? FALLBACK_MS : UNWATCHED_MS, watching.signal);
  }

  /** The WAL itself, and not its folder: it is there as long as this process has the file open. */
  private watchWal(watching: AbortController): boolean {
    let watcher: FSWatcher;
    try {
      watcher = watch(`${this.file.path}-wal`, { persistent: false, signal: watching.signal });
    } catch {
      return false;
    }
    watcher.on('change', () => this.lookRepeatedly());
    watcher.on('error', () => watcher.close());
    return true;
  }

  private async poll(everyMs: number, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.sleeper.sleep(everyMs, signal);
      if (!signal.aborted) this.lookNow();
    }
  }

  /** A write during a row of looks begins the row anew. */
  private lookRepeatedly(): void {
    this.look = 0;
    if (this.timer === null) this.lookLater();
  }

  private lookLater(): void {
    const wait = LOOKS_AFTER_WRITE_MS[this.look];
    this.timer = null;
    if (wait === undefined || this.watching === null) return;
    this.look += 1;
    this.timer = setTimeout(() => {
      this.lookNow();
      this.lookLater();
    }, wait);
  }

  private lookNow(): void {
    const version = this.versionNow();
    if (version === this.version) return;
    this.version = version;
    this.announce();
  }

  /** A file that cannot be read tells those who read it: they are called and meet the error themselves. */
  private versionNow(): number {
    try {
      return this.file.dataVersion();
    } catch {
      return -1;
    }
  }
}
