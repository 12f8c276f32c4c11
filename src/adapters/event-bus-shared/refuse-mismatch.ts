import { tallied, type TallyDelta } from '../../domain/tally.js';
import { TallyMismatchError } from '../../ports/event-bus.errors.js';

/** @throws TallyMismatchError - the counts are no counts, or do not add up to so many events. */
export function refuseMismatch(delta: TallyDelta, events: number): void {
  const counts = [delta.stored, delta.dead, delta.skipped];
  if (counts.every((count) => Number.isInteger(count) && count >= 0) && tallied(delta) === events) return;
  throw new TallyMismatchError(`a batch of ${events} events came back as ${delta.stored} stored, ${delta.dead} dead and ${delta.skipped} skipped`, {
    remedy: 'this is a bug of the handler: nothing was acknowledged',
  });
}
