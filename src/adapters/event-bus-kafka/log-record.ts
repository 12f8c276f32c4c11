import { type Headers, type HeaderValue, type RecordedEvent } from '../../domain/event-record.js';
import { type HeaderTexts } from './header-texts.js';
import { VarintReader } from './varint-reader.js';

/** What the records of a batch have in common. */
export interface BatchOfRecords {
  readonly topic: string;
  readonly partition: number;
  readonly bytes: Buffer;
  readonly firstOffset: number;
  readonly firstTimestampMs: number;
  /** The log's time of all of them; null where each has its producer's. */
  readonly appendedAtMs: number | null;
  readonly texts: HeaderTexts;
}

const NOTHING = -1;

/**
 * A record of a batch, read where it lies: its parts are made when they are asked for, since kafkajs's own reading, a
 * dozen objects for each record and one for each of its headers, took longer than all else that was done for a row.
 */
export class LogRecord implements RecordedEvent {
  private read: Headers | null = null;

  private constructor(
    private readonly batch: BatchOfRecords,
    readonly offset: number,
    readonly timestampMs: number,
    private readonly keyAt: number,
    private readonly keyLength: number,
    private readonly valueAt: number,
    private readonly valueLength: number,
    /** The place after the record. */
    readonly end: number,
  ) {}

  /** The record at a place of its batch. @throws RangeError - there is none. */
  static at(batch: BatchOfRecords, place: number): LogRecord {
    const reader = new VarintReader(batch.bytes, place);
    const length = reader.int();
    const end = reader.at + length;
    if (length < 0 || end > batch.bytes.length) throw new RangeError('a record that ends after its batch');
    reader.at += 1; // attributes, of which there are none yet
    const timestampMs = batch.firstTimestampMs + reader.long();
    const offset = batch.firstOffset + reader.int();
    const keyLength = reader.int();
    const keyAt = reader.at;
    reader.at += Math.max(keyLength, 0);
    const valueLength = reader.int();
    return new LogRecord(batch, offset, batch.appendedAtMs ?? timestampMs, keyAt, keyLength, reader.at, valueLength, end);
  }

  get topic(): string {
    return this.batch.topic;
  }

  get partition(): number {
    return this.batch.partition;
  }

  get timestampType(): 'append' | 'create' {
    return this.batch.appendedAtMs === null ? 'create' : 'append';
  }

  get key(): Buffer | null {
    return this.keyLength <= NOTHING ? null : this.batch.bytes.subarray(this.keyAt, this.keyAt + this.keyLength);
  }

  get value(): Buffer | null {
    return this.valueLength <= NOTHING ? null : this.batch.bytes.subarray(this.valueAt, this.valueAt + this.valueLength);
  }

  get headers(): Headers {
    return (this.read ??= this.readHeaders());
  }

  /** The bytes of key, value and headers, and a few for their lengths. */
  get size(): number {
    return this.end - this.keyAt;
  }

  private readHeaders(): Headers {
    const { bytes, texts } = this.batch;
    const headers: Record<string, HeaderValue> = {};
    const reader = new VarintReader(bytes, this.valueAt + Math.max(this.valueLength, 0));
    const count = reader.int();
    for (let index = 0; index < count; index += 1) {
      const nameLength = reader.int();
      const nameAt = reader.at;
      reader.at += nameLength;
      const length = reader.int();
      const at = reader.at;
      reader.at += Math.max(length, 0);
      const name = texts.at(2 * index, bytes, nameAt, nameAt + nameLength);
      const value = length <= 0 ? '' : texts.at(2 * index + 1, bytes, at, at + length);
      addHeader(headers, typeof name === 'string' ? name : name.toString(), value);
    }
    return headers;
  }
}

/** A name that comes again makes a list. `in` is asked first because it is cheap, and nearly always says no. */
function addHeader(headers: Record<string, HeaderValue>, name: string, value: string | Buffer): void {
  if (!(name in headers)) {
    headers[name] = value;
    return;
  }
  const before = Object.hasOwn(headers, name) ? headers[name] : undefined;
  const all = before === undefined ? value : [...(typeof before === 'string' || Buffer.isBuffer(before) ? [before] : before), value];
  // Every object has a `__proto__`, which would be set, not added.
  Object.defineProperty(headers, name, { value: all, enumerable: true, configurable: true, writable: true });
}
