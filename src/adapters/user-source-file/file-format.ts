export type JsonObject = Readonly<Record<string, unknown>>;

/** Why a record of a file cannot be read at all. */
export type RecordFault = 'record.too-long' | 'record.not-utf8' | 'record.not-json' | 'record.not-an-object' | 'record.not-csv' | 'record.wrong-column-count';

/** How a file's records are written. */
export abstract class FileFormat {
  /** Whether the first record names the columns. */
  abstract readonly hasHeader: boolean;
  /** Whether a record may go over several lines, inside quotes. */
  abstract readonly quoted: boolean;
  /** Whether some bytes are one whole, readable record. */
  abstract isRecord(bytes: Buffer): boolean;
  /** The values of some records (valid UTF-8), by field name, or why there are none; in their order. `header` is the file's first record, where it has one. */
  abstract decode(records: readonly Buffer[], header: Buffer | null): readonly (JsonObject | RecordFault)[];
  /** Why a header cannot be used, for the operator; null if it can. */
  abstract faultOfHeader(header: Buffer): string | null;
}
