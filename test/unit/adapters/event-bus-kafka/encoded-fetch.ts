import { createRequire } from 'node:module';

interface Encoder {
  readonly buffer: Buffer;
}

const require = createRequire(import.meta.url);
const { RecordBatch } = require('kafkajs/src/protocol/recordBatch/v0') as { RecordBatch: (given: object) => Promise<Encoder> };
const Record = require('kafkajs/src/protocol/recordBatch/record/v0') as (given: object) => Encoder;

/** A batch to encode: its values are those of its records. */
export interface Given {
  readonly first: number;
  readonly values: readonly string[];
  /** The place of the last record where compaction has removed some. */
  readonly last?: number;
  readonly producer?: number;
  readonly transactional?: boolean;
  /** Of a transaction: 0 aborted, 1 committed. */
  readonly mark?: 0 | 1;
  readonly headers?: Readonly<Record<string, string | Buffer | readonly (string | Buffer)[]>>;
  /** Whether the time is the log's. */
  readonly appended?: boolean;
  /** 1 is gzip. */
  readonly compression?: 0 | 1;
}

const [APPEND_TIME, CONTROL] = [0x08, 0x20];
const ATTRIBUTES_AT = 21;

export async function batch({ first, values, last = values.length - 1, producer = -1, transactional = false, mark, headers = {}, appended = false, compression = 0 }: Given): Promise<Buffer> {
  const key = mark === undefined ? null : Buffer.from([0, 0, 0, mark]);
  const records = values.map((value, offsetDelta) => Record({ key, value: Buffer.from(value), headers, offsetDelta, timestampDelta: 10 * offsetDelta }));
  const { buffer } = await RecordBatch({ firstOffset: first, firstTimestamp: 1, maxTimestamp: 2, lastOffsetDelta: last, producerId: producer, transactional, compression, records });
  const bytes = Buffer.from(buffer);
  const flags = (mark === undefined ? 0 : CONTROL) | (appended ? APPEND_TIME : 0);
  bytes.writeInt16BE(bytes.readInt16BE(ATTRIBUTES_AT) | flags, ATTRIBUTES_AT);
  return bytes;
}

function int(bytes: number, value: number): Buffer {
  const buffer = Buffer.alloc(bytes);
  if (bytes === 8) buffer.writeBigInt64BE(BigInt(value));
  else buffer.writeIntBE(value, 0, bytes);
  return buffer;
}

/** The answer to a fetch of partition 3 of `topic`. */
export function response(version: number, records: Buffer, { errorCode = 0, aborted = [] as { producer: number; first: number }[] } = {}): Buffer {
  const topic = Buffer.from('topic');
  return Buffer.concat([
    int(4, 0),
    ...(version >= 7 ? [int(2, 0), int(4, 0)] : []),
    int(4, 1), int(2, topic.length), topic, int(4, 1),
    int(4, 3), int(2, errorCode), int(8, 90), int(8, 80),
    ...(version >= 5 ? [int(8, 0)] : []),
    int(4, aborted.length), ...aborted.flatMap(({ producer, first }) => [int(8, producer), int(8, first)]),
    ...(version >= 11 ? [int(4, -1)] : []),
    int(4, records.length), records,
  ]);
}
