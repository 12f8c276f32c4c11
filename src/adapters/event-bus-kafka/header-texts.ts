import { isUtf8 } from 'node:buffer';

/** A text and where its bytes are. */
interface Seen {
  readonly bytes: Buffer;
  readonly from: number;
  readonly length: number;
  readonly text: string | Buffer;
}

/** What bytes that are no UTF-8 are read as, and also a character that somebody may have written. */
const REPLACEMENT = '\ufffd';

/**
 * Bytes as text. Of the records of one fetch nearly all have the same headers in the same places, and most of their
 * values are the same: what was in a place last is compared before it is read anew. One for each fetch of a partition,
 * since it keeps its bytes.
 */
export class HeaderTexts {
  private readonly seen: (Seen | undefined)[] = [];

  /** The text of some bytes where they are UTF-8, else the bytes. `place` is where something alike was before. */
  at(place: number, bytes: Buffer, from: number, to: number): string | Buffer {
    const last = this.seen[place];
    const length = to - from;
    if (last !== undefined && last.length === length && isSame(last, bytes, from)) return last.text;
    const text = textOf(bytes, from, to);
    this.seen[place] = { bytes, from, length, text };
    return text;
  }
}

function isSame(last: Seen, bytes: Buffer, from: number): boolean {
  const { bytes: other, from: otherFrom, length } = last;
  // From the end, where texts that differ mostly do.
  for (let index = length - 1; index >= 0; index -= 1) if (other[otherFrom + index] !== bytes[from + index]) return false;
  return true;
}

function textOf(bytes: Buffer, from: number, to: number): string | Buffer {
  const text = bytes.toString('utf8', from, to);
  return text.includes(REPLACEMENT) && !isUtf8(bytes.subarray(from, to)) ? bytes.subarray(from, to) : text;
}
