import { deriveId } from '../../../src/domain/ids.js';
import { type ReceivedUserCreated } from '../../../src/domain/user-created.js';
import { aReceivedUserCreated, SOME_TIME_MICROS } from '../../support/builders.js';

/** What a saving process is to save: all numbers, so that parent and child make the same events of it. */
export interface SavingOrder {
  readonly dataDir: string;
  readonly batches: number;
  readonly batchSize: number;
  /** Whether each batch has people of its own, or all the same ones. */
  readonly people: 'new' | 'same';
  /** Added to the event time of batch b, with 2b: so that two processes never give the same time. */
  readonly phase: number;
}

export function idsOfBatch({ batchSize, people }: SavingOrder, batch: number): string[] {
  return Array.from({ length: batchSize }, (_, index) => deriveId('test', people === 'new' ? batch : 'same', index));
}

export function timeOfBatch({ phase }: SavingOrder, batch: number): number {
  return SOME_TIME_MICROS + 2 * batch + phase;
}

export function eventsOfBatch(order: SavingOrder, batch: number): ReceivedUserCreated[] {
  return idsOfBatch(order, batch).map((userId, offset) => aReceivedUserCreated({ userId, offset, timeMicros: timeOfBatch(order, batch) }));
}
