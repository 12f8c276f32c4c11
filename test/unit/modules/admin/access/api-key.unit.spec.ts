import { type IncomingMessage } from 'node:http';
import { keyOf, sameKey } from '../../../../../src/modules/admin/access/api-key.js';

const bringing = (headers: Record<string, string>) => ({ headers }) as unknown as IncomingMessage;

describe('keyOf', () => {
  it('reads either header, and Authorization before the other', () => {
    expect(keyOf(bringing({ authorization: 'Bearer one' }))).toBe('one');
    expect(keyOf(bringing({ 'x-api-key': 'two' }))).toBe('two');
    expect(keyOf(bringing({ authorization: 'Bearer one', 'x-api-key': 'two' }))).toBe('one');
  });

  it('tells no key from one that cannot be read', () => {
    expect(keyOf(bringing({}))).toBeNull();
    expect(keyOf(bringing({ authorization: 'Basic b25l' }))).toBe('');
    expect(keyOf(bringing({ authorization: 'Bearer' }))).toBe('');
    expect(keyOf(bringing({ authorization: 'Bearer one two' }))).toBe('');
  });
});

describe('sameKey', () => {
  it.each([
    ['key', 'key', true],
    ['kex', 'key', false],
    ['key ', 'key', false],
    ['', 'key', false],
  ])('of %j and %j is %s', (given, expected, same) => {
    expect(sameKey(given, expected)).toBe(same);
  });

  it('is never an empty one', () => {
    expect(sameKey('', '')).toBe(false);
  });
});
