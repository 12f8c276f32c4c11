import fc from 'fast-check';
import { decodeCommit, encodeCommit, type CommitMetadata } from '../../../../src/adapters/event-bus-kafka/commit-metadata.js';

const count = fc.maxSafeNat();
const metadata: fc.Arbitrary<CommitMetadata> = fc.record({
  tally: fc.record({ began: count, stored: count, dead: count, skipped: count }),
  last: fc.option(fc.record({ offset: count, timestampMs: fc.integer({ min: -1, max: Number.MAX_SAFE_INTEGER }) })),
});

describe('what travels with a commit', () => {
  it('comes back as it went, and is short', () => {
    fc.assert(
      fc.property(metadata, (given) => {
        const text = encodeCommit(given);
        expect(decodeCommit(text)).toEqual(given);
        expect(Buffer.byteLength(text)).toBeLessThan(128);
      }),
    );
  });

  it('is written so that versions to come can read it', () => {
    expect(encodeCommit({ tally: { began: 1, stored: 20, dead: 3, skipped: 4 }, last: { offset: 27, timestampMs: 1_767_225_600_000 } })).toBe('us1 1 20 3 4 27 1767225600000');
    expect(encodeCommit({ tally: { began: 0, stored: 0, dead: 0, skipped: 0 }, last: null })).toBe('us1 0 0 0 0');
  });

  it.each([[null], [''], ['another consumer was here'], ['us2 0 0 0 0'], ['us1 0 0 0'], ['us1 0 0 0 0 1'], ['us1 0 0 0 -1'], ['us1 0 0 0 1.5'], ['us1 0 0 0 99999999999999999'], [' us1 0 0 0 0'], ['us1 0 0 0 0\n']])(
    'is not taken from %j',
    (text) => expect(decodeCommit(text)).toBeNull(),
  );

  it('is not taken from any other text', () => {
    fc.assert(fc.property(fc.string(), (text) => expect(decodeCommit(text)).toBeNull()));
  });
});
