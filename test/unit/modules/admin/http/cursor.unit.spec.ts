import { cursorAfter, idInCursor, UnknownCursorError } from '../../../../../src/modules/admin/http/cursor.js';

describe('a cursor', () => {
  it('is opaque, fits into an address, and gives its id back', () => {
    const cursor = cursorAfter('11111111-1111-5111-8111-111111111111');

    expect(cursor).toMatch(/^[\w-]+$/);
    expect(cursor).not.toContain('11111111-1111');
    expect(idInCursor(cursor)).toBe('11111111-1111-5111-8111-111111111111');
  });

  it.each(['+', 'Zm9y=', ' Zm9y', 'Zm9y\n', 'é'])('is not %j', (text) => {
    expect(() => idInCursor(text)).toThrow(UnknownCursorError);
  });
});
