import fc from 'fast-check';
import { placeOf, takeEvents, toFetchedBatch, type FetchedBatch } from '../../../../src/adapters/event-bus-kafka/fetched-batch.js';

const record = (offset: number, bytes = 1) => ({ offset: String(offset), timestamp: '0', key: null, value: Buffer.alloc(bytes), headers: {} });
const batch = (records: FetchedBatch['records']): FetchedBatch => ({ topic: 't', partition: 0, from: 0, end: 1_000, records });
const UNBOUNDED = { events: 1_000, bytes: 1_000_000 };

describe('what a fetch brought', () => {
  it('ends after the control records that kafkajs filters out, and begins where it was asked to', () => {
    const given = { topic: 't', partition: 3, fetchedOffset: '5', messages: [record(7)], lastOffset: () => '9', highWatermark: '20', isEmpty: () => false, firstOffset: () => '7', offsetLag: () => '10', offsetLagLow: () => '13' };
    expect(toFetchedBatch(given as never)).toMatchObject({ topic: 't', partition: 3, from: 5, end: 10, records: [{ offset: '7' }] });
  });

  it('is found at an offset, or after it where that is missing', () => {
    const given = batch([record(3), record(5), record(9)]);
    expect([0, 3, 4, 5, 9, 10].map((offset) => placeOf(given, offset))).toEqual([0, 0, 1, 1, 2, 3]);
  });

  it('counts key, value and headers', () => {
    const heavy = { ...record(1, 10), key: Buffer.alloc(10), headers: { abcde: Buffer.alloc(5), many: [Buffer.alloc(1)] } };
    expect(takeEvents(batch([record(0, 0), heavy]), 0, { events: 9, bytes: 34 })).toHaveLength(1);
    expect(takeEvents(batch([record(0, 0), heavy]), 0, { events: 9, bytes: 35 })).toHaveLength(2);
  });

  it('is handed over piece by piece: all of it, in order, within the limits, a larger event alone', () => {
    const limits = fc.record({ events: fc.integer({ min: 1, max: 5 }), bytes: fc.integer({ min: 1, max: 50 }) });
    fc.assert(
      fc.property(fc.array(fc.nat(60)), limits, (sizes, limit) => {
        const given = batch(sizes.map((size, offset) => record(offset, size)));
        const pieces = [];
        for (let place = 0; place < sizes.length; ) {
          const piece = takeEvents(given, place, limit);
          pieces.push(piece);
          place += piece.length;
        }
        expect(pieces.flat().map(({ offset }) => offset)).toEqual(sizes.map((_, offset) => offset));
        for (const piece of pieces) {
          expect(piece.length).toBeLessThanOrEqual(limit.events);
          const bytes = piece.reduce((sum, { value }) => sum + (value?.length ?? 0), 0);
          expect(piece.length === 1 || bytes <= limit.bytes).toBe(true);
        }
      }),
    );
    expect(takeEvents(batch([record(0)]), 0, UNBOUNDED)).toHaveLength(1);
  });
});
