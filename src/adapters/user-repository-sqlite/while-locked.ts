import { DataLockedError } from '../../domain/errors.js';
import { type Clock } from '../../ports/clock.port.js';
import { RepositoryUnavailableError } from '../../ports/user-repository.port.js';
import { Backoff } from '../shared/backoff.js';

const LOCK_BACKOFF = { baseMs: 10, maxMs: 100 };

export interface Patience {
  readonly clock: Clock;
  /** How long to try, in milliseconds, from the first attempt on. */
  readonly patienceMs: number;
}

/**
 * Does `work`, again and again while another process holds the file. Between the tries it waits asynchronously, so
 * that a stopped process with the lock in its hands cannot block our HTTP and signals.
 * @throws RepositoryUnavailableError - the file was held for all of that time; nothing was done.
 */
export async function whileLocked<Result>(work: () => Result, { clock, patienceMs }: Patience): Promise<Result> {
  const deadline = clock.monotonic() + patienceMs;
  const backoff = new Backoff(LOCK_BACKOFF);
  for (;;) {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof DataLockedError)) throw error;
      if (clock.monotonic() >= deadline) throw unavailable(error, patienceMs);
      await backoff.wait(clock);
    }
  }
}

/** What the port calls a lock that outlasted our patience. */
export function unavailable(cause: DataLockedError, patienceMs: number): RepositoryUnavailableError {
  return new RepositoryUnavailableError(`another process has kept the table locked for more than ${patienceMs} ms`, {
    cause,
    remedy: 'look for a stopped or hanging process that has the data folder open, and end it',
  });
}
