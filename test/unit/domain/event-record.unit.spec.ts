import { formatPosition, textHeader, type Headers } from '../../../src/domain/event-record.js';

const bytes = Buffer.from([0xff]);

describe('textHeader', () => {
  const headers: Headers = { one: 'text', none: '', bytes, twice: ['first', 'second'], mixed: ['first', bytes], empty: [] };

  it.each([
    ['one', 'text'],
    ['none', ''],
    ['twice', 'second'],
    ['bytes', undefined],
    ['mixed', undefined],
    ['empty', undefined],
    ['missing', undefined],
    ['One', undefined],
    ['toString', undefined],
    ['__proto__', undefined],
  ])('%s', (name, text) => {
    expect(textHeader(headers, name)).toBe(text);
  });
});

describe('formatPosition', () => {
  it('is topic/partition/offset', () => {
    expect(formatPosition({ topic: 'users_created', partition: 3, offset: 1_234 })).toBe('users_created/3/1234');
  });
});
