import { decodeFetchResponse } from '../../../../src/adapters/event-bus-kafka/fetch-response.js';
import { batch, response, type Given } from './encoded-fetch.js';

async function decode(batches: readonly Given[], aborted: { producer: number; first: number }[] = []): Promise<{ values: string[]; next: number | null }> {
  const bytes = Buffer.concat(await Promise.all(batches.map(batch)));
  const { partitions: [partition] } = await decodeFetchResponse(response(11, bytes, { aborted }), 11);
  return { values: (partition?.records ?? []).map(({ offset, value }) => `${offset}:${String(value)}`), next: partition?.next ?? null };
}

describe('decodeFetchResponse', () => {
  it.each([4, 5, 6, 7, 8, 9, 10, 11])('reads version %i', async (version) => {
    const bytes = await batch({ first: 5, values: ['a', 'b'] });
    expect((await decodeFetchResponse(response(version, bytes), version)).partitions).toMatchObject([
      { partition: 3, errorCode: 0, highWatermark: 90, lastStableOffset: 80, next: 7, records: [{ offset: 5, value: Buffer.from('a') }, { offset: 6, value: Buffer.from('b') }] },
    ]);
    expect((await decodeFetchResponse(response(version, Buffer.alloc(0), { errorCode: 6 }), version)).partitions).toMatchObject([{ errorCode: 6, next: null, records: [] }]);
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
    const { partitions: [partition] } = await decodeFetchResponse(response(11, Buffer.concat([whole, cut.subarray(0, 150)])), 11);
    expect(partition).toMatchObject({ next: 1, records: [{ offset: 0 }] });
    expect((await decodeFetchResponse(response(11, cut.subarray(0, 150)), 11)).partitions[0]).toMatchObject({ next: null, records: [] });
  });

  it('takes a batch of more records than the stack holds', async () => {
    const values = Array.from({ length: 200_000 }, () => 'x');
    const { partitions: [partition] } = await decodeFetchResponse(response(11, await batch({ first: 0, values })), 11);
    expect(partition?.records).toHaveLength(values.length);
  });
});
