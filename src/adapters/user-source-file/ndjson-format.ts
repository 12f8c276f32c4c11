import { type FileFormat, type JsonObject, type RecordFault } from './file-format.js';

/** One JSON object a line, with the fields' names on the wire. */
export class NdjsonFormat implements FileFormat {
  readonly hasHeader = false;
  readonly quoted = false;

  isRecord(): boolean {
    return true;
  }

  faultOfHeader(): null {
    return null;
  }

  decode(records: readonly Buffer[]): readonly (JsonObject | RecordFault)[] {
    return records.map(decodeLine);
  }
}

function decodeLine(bytes: Buffer): JsonObject | RecordFault {
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString('utf8'));
  } catch {
    return 'record.not-json';
  }
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : 'record.not-an-object';
}
