import fc from 'fast-check';
import { formatMicros, parseMicros } from '../../../src/domain/micros.js';

describe('formatMicros', () => {
  it.each([
    [0, '1970-01-01T00:00:00.000000Z'],
    [1_780_272_000_000_123, '2026-06-01T00:00:00.000123Z'],
    [1_780_272_000_999_999, '2026-06-01T00:00:00.999999Z'],
    [-1, '1969-12-31T23:59:59.999999Z'],
  ])('%i is %s', (micros, text) => {
    expect(formatMicros(micros)).toBe(text);
  });
});

describe('parseMicros', () => {
  it('reads what was formatted, to the microsecond', () => {
    fc.assert(fc.property(fc.maxSafeInteger(), (micros) => {
      expect(parseMicros(formatMicros(micros))).toBe(micros);
    }));
  });

  it('agrees with Date.parse about every time that exists', () => {
    fc.assert(fc.property(fc.date({ min: new Date('0000-01-01T00:00:00Z'), max: new Date('9999-12-31T23:59:59Z'), noInvalidDate: true }), (date) => {
      expect(parseMicros(date.toISOString())).toBe(date.getTime() * 1_000);
    }));
  });

  it.each([
    ['2026-06-01T00:00:00Z', 1_780_272_000_000_000],
    ['2026-06-01t00:00:00z', 1_780_272_000_000_000],
    ['2026-06-01T00:00:00.5Z', 1_780_272_000_500_000],
    ['2026-06-01T00:00:00.1234567899Z', 1_780_272_000_123_456],
    ['2026-06-01T02:30:00.000001+02:30', 1_780_272_000_000_001],
    ['2026-05-31T19:00:00-05:00', 1_780_272_000_000_000],
    ['2026-06-01T00:00:00-00:00', 1_780_272_000_000_000],
    ['2028-02-29T00:00:00Z', Date.UTC(2028, 1, 29) * 1_000],
    ['2000-02-29T23:59:59.999999Z', Date.UTC(2000, 2, 1) * 1_000 - 1],
  ])('%s', (text, micros) => {
    expect(parseMicros(text)).toBe(micros);
  });

  it.each([
    '', 'now', '2026-06-01', '2026-06-01T00:00:00', '2026-06-01 00:00:00Z', '2026-06-01T00:00Z', '2026-06-01T00:00:00.Z', '2026-06-01T00:00:00+0200', ' 2026-06-01T00:00:00Z',
    '2026-06-01T00:00:00Zulu', '2026-00-01T00:00:00Z', '2026-13-01T00:00:00Z', '2026-06-00T00:00:00Z', '2026-06-31T00:00:00Z', '2026-02-29T00:00:00Z', '2026-06-01T24:00:00Z',
    '2026-06-01T23:60:00Z', '2026-06-30T23:59:60Z', '2026-06-01T00:00:00+24:00', '2026-06-01T00:00:00+23:60', '+02026-06-01T00:00:00Z', '1780272000000', '２０２６-06-01T00:00:00Z',
  ])('null for %j', (text) => {
    expect(parseMicros(text)).toBeNull();
  });
});
