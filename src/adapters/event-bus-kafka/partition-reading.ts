import { type RecordedEvent } from '../../domain/event-record.js';
import { type Clock } from '../../ports/clock.port.js';
import { BusUnavailableError } from '../../ports/event-bus.errors.js';
import { type Stretch } from '../../ports/event-log.port.js';
import { EARLIEST, LATEST, type Fetched, type FetchRequest } from './kafka-fetcher.js';

/** As much of a KafkaFetcher as reading needs. */
export interface Fetching {
  fetch(request: FetchRequest): Promise<Fetched>;
  offsets(topic: string, timestamp: number, only?: number): Promise<ReadonlyMap<number, number>>;
}

export interface ReadingContext {
  readonly clock: Clock;
  readonly fetcher: Fetching;
  readonly signal: AbortSignal | undefined;
}

type Batches = AsyncGenerator<readonly RecordedEvent[]>;

/** The largest batch that is handed over. */
const BATCH_EVENTS = 500;
const FETCH_BYTES = 2 * 1_024 * 1_024;

/** How long a tail's question may lie with the broker; news answers it at once. */
const LONG_POLL_MS = 2_000;

/** A transaction that is still open hides what comes after it: Java's producers give one up after a minute. */
const OPEN_TRANSACTION_MS = 90_000;
const LOOK_AGAIN_MS = 100;

/** How often to look whether an offset beyond the end has come to exist. */
const BEYOND_END_MS = 500;

/**
 * The events of a stretch whose end exists. Progress is by what came from the broker, shown or not: aborted events,
 * transactions' marks and what compaction has emptied are passed.
 */
export async function* readStretch({ topic, partition, from, to }: Stretch, { clock, fetcher, signal }: ReadingContext): Batches {
  let waitingSince: number | null = null;
  for (let next = from; next < to; ) {
    signal?.throwIfAborted();
    const fetched = await fetcher.fetch({ topic, partition, from: next, maxBytes: FETCH_BYTES, maxWaitMs: 0 });
    if (fetched === 'out-of-range') {
      const inside = await startInside(fetcher, topic, partition, next);
      if (inside === null) return;
      next = inside;
      continue;
    }
    if (fetched.next === null || fetched.next <= next) {
      waitingSince ??= clock.monotonic();
      if (clock.monotonic() - waitingSince > OPEN_TRANSACTION_MS) throw heldBack(topic, partition, next);
      await clock.sleep(LOOK_AGAIN_MS, signal);
      continue;
    }
    waitingSince = null;
    yield* inBatches(fetched.records, { from: next, to });
    next = fetched.next;
  }
}

/** The events from an offset on, old and new, until the signal aborts. */
export async function* tailPartition({ topic, partition, from }: Omit<Stretch, 'to'>, { clock, fetcher, signal }: ReadingContext): Batches {
  for (let next = from; signal?.aborted !== true; ) {
    const fetched = await fetcher.fetch({ topic, partition, from: next, maxBytes: FETCH_BYTES, maxWaitMs: LONG_POLL_MS });
    if (fetched === 'out-of-range') {
      const inside = await startInside(fetcher, topic, partition, next);
      if (inside === null) await clock.sleep(BEYOND_END_MS, signal);
      next = inside ?? next;
      continue;
    }
    yield* inBatches(fetched.records, { from: next, to: Infinity });
    next = Math.max(next, fetched.next ?? next);
  }
}

/** Where to go on from an offset that the partition does not hold: at the first one left; null beyond the end. */
async function startInside(fetcher: Fetching, topic: string, partition: number, from: number): Promise<number | null> {
  const first = (await fetcher.offsets(topic, EARLIEST, partition)).get(partition) ?? 0;
  if (from < first) return first;
  const end = (await fetcher.offsets(topic, LATEST, partition)).get(partition) ?? 0;
  return from > end ? null : from;
}

/** A fetch brings whole batches of the broker's, which may begin before what was asked for and end after it. */
async function* inBatches(records: readonly RecordedEvent[], { from, to }: { from: number; to: number }): Batches {
  const inside = records.filter(({ offset }) => offset >= from && offset < to);
  for (let start = 0; start < inside.length; start += BATCH_EVENTS) {
    yield inside.slice(start, start + BATCH_EVENTS);
  }
}

function heldBack(topic: string, partition: number, offset: number): BusUnavailableError {
  return new BusUnavailableError(`a transaction that is still open hides ${topic}/${partition} from offset ${offset} on`, {
    remedy: 'look for the producer that began it (kafka-transactions.sh find-hanging), and let it end or abort it',
  });
}
