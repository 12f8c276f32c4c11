import fc from 'fast-check';
import { decodeFetchResponse } from '../../../../src/adapters/event-bus-kafka/fetch-response.js';
import { VarintReader } from '../../../../src/adapters/event-bus-kafka/varint-reader.js';
import { type RecordedEvent } from '../../../../src/domain/event-record.js';
import { batch, response, type Given } from './encoded-fetch.js';

async function recordsOf(...given: readonly Given[]): Promise<readonly RecordedEvent[]> {
  const bytes = Buffer.concat(await Promise.all(given.map(batch)));
  const { partitions: [partition] } = await decodeFetchResponse(response(11, bytes), 11);
  return partition?.records ?? [];
}

async function headersOf(headers: NonNullable<Given['headers']>): Promise<RecordedEvent['headers'] | undefined> {
  const [record] = await recordsOf({ first: 0, values: ['v'], headers });
  return record?.headers;
}

describe('a record of the log', () => {
  it('has its place, its value and its own time, or the time of the log', async () => {
    const [, own] = await recordsOf({ first: 5, values: ['a', 'b'] });
    expect(own).toMatchObject({ topic: 'topic', partition: 3, offset: 6, timestampMs: 11, timestampType: 'create', key: null, value: Buffer.from('b') });
    const [, appended] = await recordsOf({ first: 5, values: ['a', 'b'], appended: true });
    expect(appended).toMatchObject({ offset: 6, timestampMs: 2, timestampType: 'append' });
  });

  it('gives text where a header is UTF-8, else bytes, a list where its name was repeated', async () => {
    const headers = { text: 'päivää', bytes: Buffer.from([0xff, 0xfe]), many: ['1', Buffer.from([0xc0])], replaced: '\ufffd', empty: '' };
    expect(await headersOf(headers)).toEqual({ ...headers, many: ['1', Buffer.from([0xc0])] });
  });

  it('takes names that every object has for names', async () => {
    const headers: NonNullable<Given['headers']> = Object.fromEntries<string | string[]>([['__proto__', 'one'], ['constructor', ['two', 'three']], ['toString', 'four']]);
    expect(Object.entries((await headersOf(headers)) ?? {})).toEqual([['__proto__', 'one'], ['constructor', ['two', 'three']], ['toString', 'four']]);
  });

  it('is read alike whether its batch was compressed or not', async () => {
    const given = { first: 3, values: ['a', 'b'], headers: { h: 'x' } };
    const shown = (records: readonly RecordedEvent[]) => records.map(({ offset, value, headers }) => [offset, String(value), headers]);
    expect(shown(await recordsOf({ ...given, compression: 1 }))).toEqual(shown(await recordsOf(given)));
  });

  it('has its own headers, whatever its neighbours have', async () => {
    const headers = fc.dictionary(fc.constantFrom('a', 'b', 'ab'), fc.constantFrom('', 'x', 'y', 'xy', 'ÿ', '\ufffd'));
    await fc.assert(
      fc.asyncProperty(fc.array(headers, { minLength: 1, maxLength: 8 }), async (all) => {
        const records = await recordsOf(...all.map((one, first) => ({ first, values: ['v'], headers: one })));
        expect(records.map((record) => record.headers)).toEqual(all.map((one) => ({ ...one })));
      }),
    );
  });

  it('that ends after its batch is an error, not a shorter one', async () => {
    const bytes = await batch({ first: 0, values: ['abc'] });
    bytes[61] = 100;
    await expect(decodeFetchResponse(response(11, bytes), 11)).rejects.toThrow(RangeError);
  });
});

describe('a varint', () => {
  const zigzag = (value: bigint) => {
    const bytes: number[] = [];
    let raw = value >= 0n ? value * 2n : -value * 2n - 1n;
    for (; raw > 127n; raw >>= 7n) bytes.push(Number(raw & 127n) | 128);
    return Buffer.from([...bytes, Number(raw)]);
  };

  it('is read as it was written', () => {
    fc.assert(fc.property(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }), (value) => expect(new VarintReader(zigzag(BigInt(value)), 0).int()).toBe(value)));
    fc.assert(fc.property(fc.integer({ min: -(2 ** 51), max: 2 ** 51 }), (value) => expect(new VarintReader(zigzag(BigInt(value)), 0).long() + 0).toBe(value)));
  });

  it('that does not end is an error', () => {
    expect(() => new VarintReader(Buffer.from([0x80]), 0).int()).toThrow(RangeError);
    expect(() => new VarintReader(Buffer.alloc(20, 0x80), 0).int()).toThrow(RangeError);
    expect(() => new VarintReader(Buffer.alloc(20, 0x80), 0).long()).toThrow(RangeError);
  });
});
