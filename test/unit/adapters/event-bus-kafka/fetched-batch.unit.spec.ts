import fc from 'fast-check';
import { type RecordedEvent } from '../../../../src/domain/event-record.js';
import { placeOf, takeEvents, type FetchedBatch } from '../../../../src/adapters/event-bus-kafka/fetched-batch.js';

const record = (offset: number, bytes = 1): RecordedEvent => ({ topic: 't', partition: 0, offset, timestampMs: 0, timestampType: 'append', key: null, value: Buffer.alloc(bytes), headers: {} });
const batch = (records: FetchedBatch['records']): FetchedBatch => ({ topic: 't', partition: 0, from: 0, end: 1_000, records });
const UNBOUNDED = { events: 1_000, bytes: 1_000_000 };

describe('what a fetch brought', () => {
  it('is found at an offset, or after it where that is missing', () => {
    const given = batch([record(3), record(5), record(9)]);
    expect([0, 3, 4, 5, 9, 10].map((offset) => placeOf(given, offset))).toEqual([0, 0, 1, 1, 2, 3]);
  });

  it('counts key and value', () => {
    const heavy = { ...record(1, 10), key: Buffer.alloc(10) };
    expect(takeEvents(batch([record(0, 0), heavy]), 0, { events: 9, bytes: 19 })).toHaveLength(1);
    expect(takeEvents(batch([record(0, 0), heavy]), 0, { events: 9, bytes: 20 })).toHaveLength(2);
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
