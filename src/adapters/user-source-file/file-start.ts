import { isUtf8 } from 'node:buffer';
import { type FileHandle } from 'node:fs/promises';
import { SourceRefusedError } from '../../ports/user-source.port.js';
import { type FileFormat } from './file-format.js';
import { RecordReader, type FilePlace, type RecordRules } from './record-reader.js';

/** How a file begins: its header, where its format has one, and where its records begin. */
export interface FileStart {
  readonly header: Buffer | null;
  readonly first: FilePlace;
}

const UTF8_MARK = Buffer.from([0xef, 0xbb, 0xbf]);
const UTF16_MARKS = [Buffer.from([0xff, 0xfe]), Buffer.from([0xfe, 0xff])];

/**
 * Reads a file's beginning; a byte order mark is passed over.
 * @throws SourceRefusedError - it is not UTF-8, or its header lacks what every user has.
 */
export async function startOf(handle: FileHandle, path: string, format: FileFormat, rules: RecordRules, signal: AbortSignal): Promise<FileStart> {
  const mark = Buffer.alloc(UTF8_MARK.length);
  const { bytesRead } = await handle.read(mark, 0, mark.length, 0);
  if (UTF16_MARKS.some((other) => mark.subarray(0, Math.min(bytesRead, other.length)).equals(other))) throw notUtf8(path);
  const top = { offset: mark.equals(UTF8_MARK) ? UTF8_MARK.length : 0, line: 1 };
  if (!format.hasHeader) return { header: null, first: top };
  const reader = new RecordReader(handle, rules, top, signal);
  const header = await reader.next();
  if (header === null) return { header: null, first: top };
  if (header.bytes === null || !isUtf8(header.bytes)) throw notUtf8(path);
  const fault = format.faultOfHeader(header.bytes);
  if (fault !== null) throw new SourceRefusedError('file-header', `the first row of ${path} ${fault}`, { remedy: 'name the columns in the first row: first_name,last_name,email, and id if there is one' });
  return { header: header.bytes, first: reader.position };
}

function notUtf8(path: string): SourceRefusedError {
  return new SourceRefusedError('file-encoding', `${path} is not UTF-8`, { remedy: 'save it as UTF-8' });
}
