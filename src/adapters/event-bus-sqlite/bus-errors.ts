import { DataLockedError } from '../../domain/errors.js';
import { BusUnavailableError } from '../../ports/event-bus.errors.js';

/** Errors of the data file in the words of the bus; those that are no less true of the file pass as they are. */
export function asBusError(error: unknown): unknown {
  if (!(error instanceof DataLockedError)) return error;
  return new BusUnavailableError(error.message, { cause: error, remedy: 'look for a stopped process of Userstream on this data folder; it goes on by itself once the lock is free' });
}

/** Runs what reads the data file. */
export function translatingBusErrors<Result>(work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    throw asBusError(error);
  }
}
