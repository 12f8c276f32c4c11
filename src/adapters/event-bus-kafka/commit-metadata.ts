import { type Tally } from '../../domain/tally.js';

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
}

/** `us1 began stored dead skipped [offset timestamp]`: at most 123 bytes, where brokers take 4,096. */
const FORMAT = /^us1 (\d+) (\d+) (\d+) (\d+)(?: (\d+) (-?\d+))?$/;

export function encodeCommit({ tally: { began, stored, dead, skipped }, last }: CommitMetadata): string {
  const counts = `us1 ${began} ${stored} ${dead} ${skipped}`;
  return last === null ? counts : `${counts} ${last.offset} ${last.timestampMs}`;
}

/** Null for what another consumer wrote, or a version of ours that this one does not know. */
export function decodeCommit(text: string | null): CommitMetadata | null {
  const match = FORMAT.exec(text ?? '');
  if (match === null) return null;
  const numbers = match.slice(1).map((digits) => (digits === undefined ? null : Number(digits)));
  if (!numbers.every((number) => number === null || Number.isSafeInteger(number))) return null;
  const [began = 0, stored = 0, dead = 0, skipped = 0, offset = null, timestampMs = null] = numbers as [number, number, number, number, number | null, number | null];
  return { tally: { began, stored, dead, skipped }, last: offset === null || timestampMs === null ? null : { offset, timestampMs } };
}
