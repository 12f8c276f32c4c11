import { type Tally } from '../../domain/tally.js';
import { type LogIncident } from '../../ports/event-consumer.port.js';
import { incidentOfText, textOfIncident } from '../event-bus-shared/log-incidents.js';

/** The record handled last before a commit: whether it is still the same one tells a log that was replaced. */
export interface LastHandled {
  readonly offset: number;
  /** Milliseconds since 1970; -1 where the record has none. */
  readonly timestampMs: number;
}

/** What travels with a committed offset. */
export interface CommitMetadata {
  readonly tally: Tally;
  /** Null where nothing has been handled since counting began. */
  readonly last: LastHandled | null;
  /** The last thing that happened to this partition of the log, null for none: it outlives the member that met it. */
  readonly incident: LogIncident | null;
}

/** `us1 began stored dead skipped [offset timestamp] [kind from to at]`: at most 190 bytes, where brokers take 4,096. */
const FORMAT = /^us1 (\d+) (\d+) (\d+) (\d+)(?: (\d+) (-?\d+))?(?: ((?:gap|log-replaced) \d+ \d+ \d+))?$/;

export function encodeCommit({ tally: { began, stored, dead, skipped }, last, incident }: CommitMetadata): string {
  const counts = `us1 ${began} ${stored} ${dead} ${skipped}`;
  return [counts, ...(last === null ? [] : [last.offset, last.timestampMs]), ...(incident === null ? [] : [textOfIncident(incident)])].join(' ');
}

/** Null for what another consumer wrote, or a version of ours that this one does not know. */
export function decodeCommit(partition: number, text: string | null): CommitMetadata | null {
  const match = FORMAT.exec(text ?? '');
  if (match === null) return null;
  const numbers = match.slice(1, 7).map((digits) => (digits === undefined ? null : Number(digits)));
  if (!numbers.every((number) => number === null || Number.isSafeInteger(number))) return null;
  const [began = 0, stored = 0, dead = 0, skipped = 0, offset = null, timestampMs = null] = numbers as [number, number, number, number, number | null, number | null];
  const told = match[7];
  return {
    tally: { began, stored, dead, skipped },
    last: offset === null || timestampMs === null ? null : { offset, timestampMs },
    incident: told === undefined ? null : incidentOfText(partition, told),
  };
}
