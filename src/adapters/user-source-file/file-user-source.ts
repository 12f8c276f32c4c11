import { isUtf8 } from 'node:buffer';
import { type FileHandle } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { type SourceSpec } from '../../domain/run.js';
import { withCoreFields } from '../../domain/user.js';
import { type Clock } from '../../ports/clock.port.js';
import { SourceRefusedError, UserSource, type Page, type PageRequest, type RejectedRecord, type SourcedUser } from '../../ports/user-source.port.js';
import { formatCursor, parseCursor } from './file-cursor.js';
import { fileChanged } from './file-failures.js';
import { appearanceOf, fingerprintOf, fingerprintOfHandle, withFile } from './file-fingerprint.js';
import { type FileFormat } from './file-format.js';
import { startOf, type FileStart } from './file-start.js';
import { userOf } from './file-user.js';
import { formatOf } from './format-of.js';
import { RecordReader, type FileRecord, type RecordRules } from './record-reader.js';

export interface FileUserSourceOptions {
  /** An .ndjson, .jsonl or .csv file. */
  readonly path: string;
  /** The fields of each user; the core three always are. */
  readonly fields?: readonly string[];
  /** The longest record, in bytes; default 256 KiB, more than all fields at their longest. */
  readonly maxRecordBytes?: number;
}

/** The content that was planned for: its SHA-256, and, if this process has read it, how the file looked then. */
interface Content {
  readonly sha256: string;
  readonly appearance?: string;
}

const MAX_RECORD_BYTES = 262_144;
/** How many records are in hand at a time, whatever the page's size. */
const BATCH = 250;

/** People of a file, once from its beginning to its end. Holds a few records at a time, never the file. */
export class FileUserSource extends UserSource {
  readonly spec: SourceSpec;
  readonly extent = 'finite';
  readonly repeatable = true;
  readonly maxPages = null;
  readonly maxPageSize = 10_000;

  private readonly path: string;
  private readonly fields: readonly string[];
  private readonly format: FileFormat;
  private readonly rules: RecordRules;
  private start: { readonly appearance: string; readonly of: FileStart } | undefined;

  /** @throws SourceRefusedError - the file's name does not tell its format. */
  constructor(
    options: FileUserSourceOptions,
    private content: Content,
    private readonly clock: Clock,
  ) {
    super();
    this.path = resolve(options.path);
    this.fields = withCoreFields(options.fields ?? []);
    const format = formatOf(this.path);
    this.format = format;
    this.rules = { maxBytes: options.maxRecordBytes ?? MAX_RECORD_BYTES, quoted: format.quoted, isRecord: (bytes) => format.isRecord(bytes) };
    this.spec = { name: 'file', parameters: { path: this.path, sha256: content.sha256, fields: this.fields.join(',') } };
  }

  /**
   * The source of a file as it is now: reads it once, for its SHA-256.
   * @throws SourceRefusedError - it is missing, a folder, may not be read, or its name does not tell its format.
   */
  static async open(options: FileUserSourceOptions, clock: Clock, signal?: AbortSignal): Promise<FileUserSource> {
    formatOf(options.path);
    return new FileUserSource(options, await fingerprintOf(options.path, signal), clock);
  }

  /** The source that a plan names; reads nothing yet. */
  static of(spec: SourceSpec, clock: Clock): FileUserSource {
    const { path, sha256, fields } = spec.parameters;
    return new FileUserSource({ path: String(path), ...(fields === undefined ? {} : { fields: String(fields).split(',') }) }, { sha256: String(sha256) }, clock);
  }

  /** The planned content's SHA-256. */
  get sha256(): string {
    return this.content.sha256;
  }

  async fetchPage(request: PageRequest, signal: AbortSignal): Promise<Page> {
    signal.throwIfAborted();
    if (request.size > this.maxPageSize) {
      throw new SourceRefusedError('page-too-large', `a page of ${request.size} users is more than the file source's ${this.maxPageSize}`, { remedy: 'lower INGEST_PAGE_SIZE' });
    }
    return withFile(this.path, async (handle) => {
      const appearance = await this.verify(handle, signal);
      const page = await this.read(handle, appearance, request, signal);
      if ((await appearanceOf(handle, this.path)) !== appearance) throw fileChanged(this.path);
      return page;
    });
  }

  /** The file still has the planned content: by its appearance where that is as known, else by reading it all again. */
  private async verify(handle: FileHandle, signal: AbortSignal): Promise<string> {
    const appearance = await appearanceOf(handle, this.path);
    if (appearance === this.content.appearance) return appearance;
    const found = await fingerprintOfHandle(handle, this.path, signal);
    if (found.sha256 !== this.content.sha256) throw fileChanged(this.path);
    this.content = found;
    return found.appearance;
  }

  private async read(handle: FileHandle, appearance: string, request: PageRequest, signal: AbortSignal): Promise<Page> {
    if (this.start?.appearance !== appearance) {
      this.start = { appearance, of: await startOf(handle, this.path, this.format, this.rules, signal) };
    }
    const { header, first } = this.start.of;
    const reader = new RecordReader(handle, this.rules, request.cursor === null ? first : parseCursor(request.cursor, first), signal);
    const users: SourcedUser[] = [];
    const rejected: RejectedRecord[] = [];
    for (let left = request.size; left > 0; left -= BATCH) {
      const records = await takeFrom(reader, Math.min(BATCH, left));
      this.sort(records, header, users, rejected);
    }
    const following = await reader.next();
    return { users, rejected, next: following === null ? null : formatCursor(following), fetchedAtMs: this.clock.now() };
  }

  /** Users to the users, the others to the rejected, each at its index in the page. */
  private sort(records: readonly FileRecord[], header: Buffer | null, users: SourcedUser[], rejected: RejectedRecord[]): void {
    const readable = records.flatMap(({ bytes }) => (bytes !== null && isUtf8(bytes) ? [bytes] : []));
    const decoded = this.format.decode(readable, header)[Symbol.iterator]();
    for (const { bytes, line } of records) {
      const index = users.length + rejected.length;
      const value = bytes === null ? 'record.too-long' : isUtf8(bytes) ? (decoded.next().value ?? 'record.not-csv') : 'record.not-utf8';
      const user = typeof value === 'string' ? value : userOf(value, this.fields, { fileName: basename(this.path), line });
      if (typeof user === 'string') rejected.push({ index, reason: user });
      else users.push({ index, user });
    }
  }
}

async function takeFrom(reader: RecordReader, count: number): Promise<readonly FileRecord[]> {
  const records: FileRecord[] = [];
  while (records.length < count) {
    const record = await reader.next();
    if (record === null) break;
    records.push(record);
  }
  return records;
}
