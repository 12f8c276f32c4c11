import fc from 'fast-check';
import { SealedCursors } from '../../../../src/adapters/user-repository-cassandra/sealed-cursor.js';
import { InvalidCursorError } from '../../../../src/ports/user-repository.port.js';

const cursors = new SealedCursors('5a1c395e-b41f-11e5-9f22-ba0be0483c18');
const STATE = Buffer.from('00104c6f76656c616365616461406578616d706c652e636f6d', 'hex').toString('hex');

describe('SealedCursors', () => {
  it('opens in its own list and table, in any process, and nowhere else', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 200 }), fc.emailAddress(), (bytes, email) => {
        const state = Buffer.from(bytes).toString('hex');
        const cursor = cursors.seal(`email:${email}`, state);
        expect(new SealedCursors('5a1c395e-b41f-11e5-9f22-ba0be0483c18').open(`email:${email}`, cursor)).toBe(state);
        expect(() => cursors.open('all', cursor)).toThrow(InvalidCursorError);
        expect(() => cursors.open(`email:${email}x`, cursor)).toThrow(InvalidCursorError);
        expect(() => new SealedCursors('another').open(`email:${email}`, cursor)).toThrow(InvalidCursorError);
      }),
    );
  });

  it('is the same for the same place, fit for a URL, and shows nothing of the row', () => {
    const cursor = cursors.seal('all', STATE);
    expect(cursors.seal('all', STATE)).toBe(cursor);
    expect(cursor).toMatch(/^[A-Za-z0-9_-]+$/);
    expect(Buffer.from(cursor, 'base64url').toString('latin1')).not.toMatch(/Lovelace|ada/);
  });

  it('notices any change', () => {
    const cursor = cursors.seal('all', STATE);
    for (let at = 0; at < cursor.length; at += 1) {
      const changed = `${cursor.slice(0, at)}${cursor.charAt(at) === 'A' ? 'B' : 'A'}${cursor.slice(at + 1)}`;
      expect(() => cursors.open('all', changed)).toThrow(InvalidCursorError);
      expect(() => cursors.open('all', cursor.slice(0, at))).toThrow(InvalidCursorError);
    }
    for (const changed of [`${cursor}=`, ` ${cursor}`, `${cursor}\n`]) expect(() => cursors.open('all', changed)).toThrow(InvalidCursorError);
  });

  it('is nothing that anybody made up', () => {
    fc.assert(fc.property(fc.string(), (text) => expect(() => cursors.open('all', text)).toThrow(InvalidCursorError)));
  });
});
