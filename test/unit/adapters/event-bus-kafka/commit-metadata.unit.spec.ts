import fc from 'fast-check';
import { decodeCommit, encodeCommit, type CommitMetadata } from '../../../../src/adapters/event-bus-kafka/commit-metadata.js';

const count = fc.maxSafeNat();
const metadata: fc.Arbitrary<CommitMetadata> = fc.record({
  tally: fc.record({ began: count, stored: count, dead: count, skipped: count }),
  last: fc.option(fc.record({ offset: count, timestampMs: fc.integer({ min: -1, max: Number.MAX_SAFE_INTEGER }) })),
  incident: fc.option(fc.record({ kind: fc.constantFrom('gap' as const, 'log-replaced' as const), partition: fc.constant(2), fromOffset: count, toOffset: count, atMs: count })),
});

describe('what travels with a commit', () => {
  it('comes back as it went, and is short', () => {
    fc.assert(
      fc.property(metadata, (given) => {
        const text = encodeCommit(given);
        expect(decodeCommit(2, text)).toEqual(given);
        expect(Buffer.byteLength(text)).toBeLessThan(192);
      }),
    );
  });

  it('is written so that versions to come can read it', () => {
    expect(encodeCommit({ tally: { began: 1, stored: 20, dead: 3, skipped: 4 }, last: { offset: 27, timestampMs: 1_767_225_600_000 }, incident: null })).toBe('us1 1 20 3 4 27 1767225600000');
    expect(encodeCommit({ tally: { began: 0, stored: 0, dead: 0, skipped: 0 }, last: null, incident: null })).toBe('us1 0 0 0 0');
    const incident = { kind: 'gap', partition: 2, fromOffset: 5, toOffset: 9, atMs: 1_767_225_600_000 } as const;
    expect(encodeCommit({ tally: { began: 0, stored: 5, dead: 0, skipped: 4 }, last: null, incident })).toBe('us1 0 5 0 4 gap 5 9 1767225600000');
  });

  it.each([[null], [''], ['another consumer was here'], ['us2 0 0 0 0'], ['us1 0 0 0'], ['us1 0 0 0 0 1'], ['us1 0 0 0 -1'], ['us1 0 0 0 1.5'], ['us1 0 0 0 99999999999999999'], [' us1 0 0 0 0'], ['us1 0 0 0 0 hole 1 2 3'], ['us1 0 0 0 0 gap 1 2'], ['us1 0 0 0 0\n']])(
    'is not taken from %j',
    (text) => expect(decodeCommit(2, text)).toBeNull(),
  );

  it('is not taken from any other text', () => {
    fc.assert(fc.property(fc.string(), (text) => expect(decodeCommit(2, text)).toBeNull()));
  });
});
