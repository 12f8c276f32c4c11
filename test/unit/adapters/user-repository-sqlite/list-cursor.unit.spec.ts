import fc from 'fast-check';
import { decodeCursor, emailListName, encodeCursor } from '../../../../src/adapters/user-repository-sqlite/list-cursor.js';
import { InvalidCursorError } from '../../../../src/ports/user-repository.port.js';

describe('a cursor', () => {
  it('is read back in its own list, and in no other', () => {
    fc.assert(fc.property(fc.emailAddress(), fc.emailAddress(), fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }), (email, other, row) => {
      const cursor = encodeCursor(emailListName(email), row);
      expect(decodeCursor(emailListName(email), cursor)).toBe(row);
      expect(() => decodeCursor('all', cursor)).toThrow(InvalidCursorError);
      if (other !== email) expect(() => decodeCursor(emailListName(other), cursor)).toThrow(InvalidCursorError);
    }));
  });

  it('is fit for a URL and tells no address', () => {
    const cursor = encodeCursor(emailListName('ada@example.com'), 7);
    expect(cursor).toMatch(/^[A-Za-z0-9_-]+$/);
    expect(Buffer.from(cursor, 'base64url').toString('latin1')).not.toContain('ada');
  });

  it('is before all rows where there is none', () => {
    expect(decodeCursor('all', null)).toBe(0);
  });

  it.each(['all/0', 'all/-1', 'all/1.5', 'all/1e3', 'all/', 'all', 'all/1/1', 'all/9007199254740993', 'all/ 1', 'ALL/1', ''])('is not %j', (content) => {
    expect(() => decodeCursor('all', Buffer.from(content).toString('base64url'))).toThrow(InvalidCursorError);
  });

  it('is nothing that anybody made up', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (cursor) => {
      expect(() => decodeCursor('all', cursor)).toThrow(InvalidCursorError);
    }));
  });
});
