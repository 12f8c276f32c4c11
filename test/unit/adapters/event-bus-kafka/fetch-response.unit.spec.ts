import { createRequire } from 'node:module';
import { decodeFetchResponse } from '../../../../src/adapters/event-bus-kafka/fetch-response.js';

interface Encoder {
  readonly buffer: Buffer;
}

const require = createRequire(import.meta.url);
const { RecordBatch } = require('kafkajs/src/protocol/recordBatch/v0') as { RecordBatch: (given: object) => Promise<Encoder> };
const Record = require('kafkajs/src/protocol/recordBatch/record/v0') as (given: object) => Encoder;

interface Given {
  readonly first: number;
  readonly values: readonly string[];
  /** The place of the last record where compaction has removed some. */
  readonly last?: number;
  readonly producer?: number;
  readonly transactional?: boolean;
  /** Of a transaction: 0 aborted, 1 committed. */
  readonly mark?: 0 | 1;
}

const CONTROL = 0x20;
const ATTRIBUTES_AT = 21;

async function batch({ first, values, last = values.length - 1, producer = -1, transactional = false, mark }: Given): Promise<Buffer> {
  const key = mark === undefined ? null : Buffer.from([0, 0, 0, mark]);
  const records = values.map((value, offsetDelta) => Record({ key, value: Buffer.from(value), headers: {}, offsetDelta, timestampDelta: 0 }));
  const { buffer } = await RecordBatch({ firstOffset: first, firstTimestamp: 1, maxTimestamp: 2, lastOffsetDelta: last, producerId: producer, transactional, records });
  const bytes = Buffer.from(buffer);
  if (mark !== undefined) bytes.writeInt16BE(bytes.readInt16BE(ATTRIBUTES_AT) | CONTROL, ATTRIBUTES_AT);
  return bytes;
}

function int(bytes: number, value: number): Buffer {
  const buffer = Buffer.alloc(bytes);
  if (bytes === 8) buffer.writeBigInt64BE(BigInt(value));
  else buffer.writeIntBE(value, 0, bytes);
  return buffer;
}

function response(version: number, records: Buffer, { errorCode = 0, aborted = [] as { producer: number; first: number }[] } = {}): Buffer {
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

async function decode(batches: readonly Given[], aborted: { producer: number; first: number }[] = []): Promise<{ values: string[]; next: number | null }> {
  const bytes = Buffer.concat(await Promise.all(batches.map(batch)));
  const [partition] = await decodeFetchResponse(response(11, bytes, { aborted }), 11);
  return { values: (partition?.records ?? []).map(({ offset, value }) => `${offset}:${String(value)}`), next: partition?.next ?? null };
}

describe('decodeFetchResponse', () => {
  it.each([4, 5, 6, 7, 8, 9, 10, 11])('reads version %i', async (version) => {
    const bytes = await batch({ first: 5, values: ['a', 'b'] });
    expect(await decodeFetchResponse(response(version, bytes), version)).toMatchObject([
      { partition: 3, errorCode: 0, highWatermark: 90, lastStableOffset: 80, next: 7, records: [{ offset: '5', value: Buffer.from('a') }, { offset: '6', value: Buffer.from('b') }] },
    ]);
    expect(await decodeFetchResponse(response(version, Buffer.alloc(0), { errorCode: 6 }), version)).toMatchObject([{ errorCode: 6, next: null, records: [] }]);
  });

  it('passes batches that compaction has thinned out or emptied', async () => {
    expect(await decode([{ first: 0, values: ['a'], last: 9 }, { first: 10, values: [], last: 4 }, { first: 15, values: [], last: 0 }])).toEqual({ values: ['0:a'], next: 16 });
    expect(await decode([{ first: 10, values: [], last: 4 }])).toEqual({ values: [], next: 15 });
  });

  it('shows what was committed, hides what was aborted, and passes the marks', async () => {
    const batches: Given[] = [
      { first: 0, values: ['plain'] },
      { first: 1, values: ['dropped'], producer: 7, transactional: true },
      { first: 2, values: ['kept'], producer: 8, transactional: true },
      { first: 3, values: ['dropped too'], producer: 7, transactional: true },
      { first: 4, values: [''], producer: 7, transactional: true, mark: 0 },
      { first: 5, values: ['later, kept'], producer: 7, transactional: true },
      { first: 6, values: [''], producer: 8, transactional: true, mark: 1 },
      { first: 7, values: [''], producer: 7, transactional: true, mark: 1 },
    ];
    expect(await decode(batches, [{ producer: 7, first: 1 }])).toEqual({ values: ['0:plain', '2:kept', '5:later, kept'], next: 8 });
    expect(await decode(batches.slice(4, 5), [{ producer: 7, first: 1 }])).toEqual({ values: [], next: 5 });
  });

  it('leaves out the last batch where it was cut off', async () => {
    const [whole, cut] = [await batch({ first: 0, values: ['a'] }), await batch({ first: 1, values: ['b'.repeat(200)] })];
    const [partition] = await decodeFetchResponse(response(11, Buffer.concat([whole, cut.subarray(0, 150)])), 11);
    expect(partition).toMatchObject({ next: 1, records: [{ offset: '0' }] });
    expect((await decodeFetchResponse(response(11, cut.subarray(0, 150)), 11))[0]).toMatchObject({ next: null, records: [] });
  });

  it('takes a batch of more records than the stack holds', async () => {
    const values = Array.from({ length: 200_000 }, () => 'x');
    const [partition] = await decodeFetchResponse(response(11, await batch({ first: 0, values })), 11);
    expect(partition?.records).toHaveLength(values.length);
  });
});
