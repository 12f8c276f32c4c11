import fc from 'fast-check';
import { addToTally, tallied, tallyFrom } from '../../../src/domain/tally.js';

const delta = fc.record({ stored: fc.nat(1_000), dead: fc.nat(1_000), skipped: fc.nat(1_000) });

describe('a tally', () => {
  it('begins with nothing counted', () => {
    expect(tallyFrom(42)).toEqual({ began: 42, stored: 0, dead: 0, skipped: 0 });
    expect(tallied(tallyFrom(42))).toBe(0);
  });

  it('adds each count to its own, and keeps where it began', () => {
    expect(addToTally({ began: 5, stored: 1, dead: 2, skipped: 3 }, { stored: 10, dead: 20, skipped: 30 })).toEqual({ began: 5, stored: 11, dead: 22, skipped: 33 });
  });

  it('always speaks of as many events as its deltas', () => {
    fc.assert(fc.property(fc.nat(), fc.array(delta), (began, deltas) => {
      const tally = deltas.reduce(addToTally, tallyFrom(began));
      expect(tallied(tally)).toBe(deltas.reduce((sum, { stored, dead, skipped }) => sum + stored + dead + skipped, 0));
      expect(tally.began).toBe(began);
    }));
  });

  it('leaves what it was made of alone', () => {
    const tally = Object.freeze(tallyFrom(0));
    addToTally(tally, { stored: 1, dead: 0, skipped: 0 });
    expect(tally.stored).toBe(0);
  });
});
