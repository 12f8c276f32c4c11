import { type ReceivedUserCreated } from '../../domain/user-created.js';

/** What is known of a key's newest event: when and where it happened, and the timestamp that its columns were written at. */
export interface Newest {
  readonly timeMicros: number;
  /** Null in a table that does not keep positions. */
  readonly partition: number | null;
  readonly offset: number | null;
  readonly writeTime: number;
}

/** `same`: the very event; `unordered`: of the same time, in a table that does not say where its event came from. */
export type Order = 'older' | 'same' | 'newer' | 'unordered';

/** Newest = greatest event time, then greatest partition, then greatest offset. */
export function orderOf(event: ReceivedUserCreated, newest: Newest): Order {
  if (event.timeMicros !== newest.timeMicros) return event.timeMicros < newest.timeMicros ? 'older' : 'newer';
  if (newest.partition === null || newest.offset === null) return 'unordered';
  const order = event.partition - newest.partition || event.offset - newest.offset;
  return order < 0 ? 'older' : order > 0 ? 'newer' : 'same';
}

/** Twice so many keys take some 10 MB. */
const KEYS_A_GENERATION = 25_000;

/**
 * The newest events of the keys that were written last, and the keys whose last writing may or may not have happened.
 * Two generations, of which the older is forgotten whole: to delete single keys from a large map takes longer than all
 * else that is done for a row.
 */
export class NewestEvents {
  private young = new Map<string, Newest | null>();
  private old = new Map<string, Newest | null>();

  constructor(private readonly keysAGeneration = KEYS_A_GENERATION) {}

  /** Undefined where nothing is known; null where only the table can tell. */
  of(key: string): Newest | null | undefined {
    const newest = this.young.get(key);
    return newest === undefined ? this.old.get(key) : newest;
  }

  /** Takes note of a key's newest event, or, with null, that it is in doubt. The keys noted longest ago are forgotten. */
  note(key: string, newest: Newest | null): void {
    this.young.set(key, newest);
    if (this.young.size < this.keysAGeneration) return;
    this.old = this.young;
    this.young = new Map();
  }
}
