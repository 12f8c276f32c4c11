import { textHeader, type RecordedEvent } from '../../../src/domain/event-record.js';
import { type ReceivedUserCreated } from '../../../src/domain/user-created.js';
import { decodeUserCreated } from '../../../src/domain/user-created.codec.js';
import { CORE_FIELDS, type UserFields } from '../../../src/domain/user.js';
import { type CommittedOffset, type PartitionOffsets } from '../../../src/ports/event-log.port.js';

/** A row as it was read, by its user's id. */
export interface Row {
  readonly userId: string;
  readonly fields: UserFields;
  readonly timeMicros: number;
  readonly partition: number;
  readonly offset: number;
}

/** What an installation holds at one moment, read from outside the processes of the app. */
export interface Observation {
  /** The users topic, every partition in its order. */
  readonly records: readonly RecordedEvent[];
  readonly deadLetters: readonly RecordedEvent[];
  readonly rows: readonly Row[];
  readonly offsets: readonly PartitionOffsets[];
  readonly committed: readonly CommittedOffset[];
}

const positionOf = ({ partition, offset }: { readonly partition: number | string; readonly offset: number | string }) => `${partition}/${offset}`;

/** The records that are events, decoded, by the ids that `idOf` gives them; the others (poison) are left out. */
export function eventsOf({ records }: Pick<Observation, 'records'>): readonly ReceivedUserCreated[] {
  return records.flatMap((record) => {
    try {
      return [{ ...decodeUserCreated(record, { fields: CORE_FIELDS, nowMs: Date.now() }), id: idOf(record) }];
    } catch {
      return [];
    }
  });
}

/** The id that a record carries, whether it can be decoded or not; without one, as somebody else's is, its place. */
export function idOf(record: RecordedEvent): string {
  return textHeader(record.headers, 'ce_id') || `at ${positionOf(record)}`;
}

/** The places on the users topic of which there is a dead letter. */
export function deadPlaces({ deadLetters }: Pick<Observation, 'deadLetters'>): ReadonlySet<string> {
  return new Set(deadLetters.map(({ headers }) => positionOf({ partition: textHeader(headers, 'dl_partition') ?? '?', offset: textHeader(headers, 'dl_offset') ?? '?' })));
}

export { positionOf };
