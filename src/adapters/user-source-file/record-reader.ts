import { type FileHandle } from 'node:fs/promises';

/** A place in a file, at the beginning of a line: bytes from the start, and the line's number from 1. */
export interface FilePlace {
  readonly offset: number;
  readonly line: number;
}

/** A record as it stands in the file, without its line ending; `bytes` is null for one that is too long. */
export interface FileRecord extends FilePlace {
  readonly bytes: Buffer | null;
}

/** How records are told apart. */
export interface RecordRules {
  /** The longest record, in bytes: what is longer is passed over without being held in memory. */
  readonly maxBytes: number;
  /** Whether line ends inside double quotes belong to the record, as in CSV. */
  readonly quoted: boolean;
  /**
   * For a quoted record of several lines: whether it is one. If not, somebody forgot a quote, and only the first line
   * is taken for bad; the lines after it are read by themselves.
   */
  readonly isRecord: (bytes: Buffer) => boolean;
}

const CHUNK_BYTES = 65_536;
const NEWLINE = 0x0a;
const RETURN = 0x0d;
const QUOTE = 0x22;
const COMMA = 0x2c;
const WHITESPACE = new Set([0x20, 0x09, RETURN]);

/** Reads a file record by record, in chunks, from any place on. Blank lines are no records. */
export class RecordReader {
  private unread = Buffer.alloc(0);
  private atEnd = false;
  private place: FilePlace;

  constructor(
    private readonly handle: FileHandle,
    private readonly rules: RecordRules,
    from: FilePlace,
    private readonly signal: AbortSignal,
  ) {
    this.place = from;
  }

  /** Where the next record, or a blank line before it, begins. */
  get position(): FilePlace {
    return this.place;
  }

  /** The next record, or null at the end of the file. */
  async next(): Promise<FileRecord | null> {
    for (;;) {
      const record = await this.cut();
      if (record === null || record.bytes === null || !isBlank(record.bytes)) return record;
    }
  }

  private async cut(): Promise<FileRecord | null> {
    for (;;) {
      const end = this.rules.quoted ? endOfQuoted(this.unread) : this.unread.indexOf(NEWLINE);
      if (end >= 0 && end <= this.rules.maxBytes) return this.take(this.wholeOrFirstLine(end));
      if (this.unread.length > this.rules.maxBytes) return this.firstLine() <= this.rules.maxBytes ? this.take(this.firstLine()) : this.passOver();
      if (this.atEnd) return this.unread.length === 0 ? null : this.take(this.firstLine());
      await this.fill();
    }
  }

  private wholeOrFirstLine(end: number): number {
    const first = this.firstLine();
    return first < end && !this.rules.isRecord(this.unread.subarray(0, end)) ? first : end;
  }

  /** Where the first line ends: at its newline, or at the end of what there is. */
  private firstLine(): number {
    const newline = this.unread.indexOf(NEWLINE);
    return newline < 0 ? this.unread.length : newline;
  }

  /** Takes `length` bytes and the newline after them. */
  private take(length: number): FileRecord {
    const bytes = this.unread.subarray(0, length);
    const record = { ...this.place, bytes: bytes.at(-1) === RETURN ? bytes.subarray(0, -1) : bytes };
    this.advance(Math.min(length + 1, this.unread.length), newlinesIn(bytes) + 1);
    return record;
  }

  /** Goes on behind the first line, however long it is. */
  private async passOver(): Promise<FileRecord> {
    const record = { ...this.place, bytes: null };
    while (!this.unread.includes(NEWLINE) && !this.atEnd) {
      this.advance(this.unread.length, 0);
      await this.fill();
    }
    this.advance(Math.min(this.firstLine() + 1, this.unread.length), 1);
    return record;
  }

  private advance(bytes: number, lines: number): void {
    this.unread = this.unread.subarray(bytes);
    this.place = { offset: this.place.offset + bytes, line: this.place.line + lines };
  }

  private async fill(): Promise<void> {
    this.signal.throwIfAborted();
    const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
    const { bytesRead } = await this.handle.read(chunk, 0, CHUNK_BYTES, this.place.offset + this.unread.length);
    this.atEnd = bytesRead === 0;
    this.unread = Buffer.concat([this.unread, chunk.subarray(0, bytesRead)]);
  }
}

/** The first newline outside of a quoted field (RFC 4180: a field is quoted if its first character is a quote); -1 if there is none. */
function endOfQuoted(bytes: Buffer): number {
  let quoted = false;
  let opens = true;
  for (let index = 0; index < bytes.length; index += 1) {
    const byte = bytes[index];
    if (byte === QUOTE && (quoted || opens)) {
      quoted = !quoted;
      // Right after a closing quote another one opens the field again: the two are an escaped quote.
      opens = !quoted;
    } else {
      if (byte === NEWLINE && !quoted) return index;
      opens = !quoted && byte === COMMA;
    }
  }
  return -1;
}

function newlinesIn(bytes: Buffer): number {
  let count = 0;
  for (let index = bytes.indexOf(NEWLINE); index >= 0; index = bytes.indexOf(NEWLINE, index + 1)) count += 1;
  return count;
}

function isBlank(bytes: Buffer): boolean {
  return bytes.every((byte) => WHITESPACE.has(byte));
}
