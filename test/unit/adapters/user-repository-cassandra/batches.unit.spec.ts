import fc from 'fast-check';
import { BATCH_LIMITS, cutBatches, type Written } from '../../../../src/adapters/user-repository-cassandra/batches.js';

const row = (bytes: number, place: number, statements = 1): Written => ({ bytes, routingKey: Buffer.of(place), statements: Array.from({ length: statements }, () => []) });
const placeOf = (routingKey: Buffer) => String(routingKey[0]);
const sum = (batch: readonly Written[], of: (row: Written) => number) => batch.reduce((total, one) => total + of(one), 0);

describe('cutBatches', () => {
  it('holds at most 50 statements and 16 KiB a batch, of one place, and every row once', () => {
    const rows = fc.array(fc.tuple(fc.integer({ min: 1, max: 20_000 }), fc.nat(3), fc.integer({ min: 1, max: 2 })).map(([bytes, place, statements]) => row(bytes, place, statements)), { maxLength: 300 });
    fc.assert(
      fc.property(rows, (given) => {
        const batches = cutBatches(given, placeOf);
        for (const batch of batches) {
          expect(batch.length).toBeGreaterThan(0);
          expect(new Set(batch.map(({ routingKey }) => placeOf(routingKey))).size).toBe(1);
          if (batch.length === 1) continue;
          expect(sum(batch, ({ statements }) => statements.length)).toBeLessThanOrEqual(50);
          expect(sum(batch, ({ bytes }) => bytes)).toBeLessThanOrEqual(16 * 1_024);
        }
        const cut = batches.flat();
        expect(cut).toHaveLength(given.length);
        expect(new Set(cut)).toEqual(new Set(given));
      }),
    );
  });

  it('fills its batches', () => {
    const batches = cutBatches(Array.from({ length: 120 }, (_, index) => row(100, index % 2)), placeOf);
    expect(batches.map((batch) => batch.length).sort()).toEqual([10, 10, 50, 50]);
  });

  it('is within what a server refuses, which is 50 KiB', () => {
    expect(BATCH_LIMITS).toEqual({ statements: 50, bytes: 16_384 });
  });

  it('makes nothing of nothing', () => {
    expect(cutBatches([], placeOf)).toEqual([]);
  });
});
