import { furtherFields, UnusableFieldError } from '../../../../src/adapters/user-repository-sqlite/created-users.columns.js';

describe('furtherFields', () => {
  it('are those that the core has no column for, each once, in their order', () => {
    expect(furtherFields(['first_name', 'phone', 'email', 'id', 'post_code', 'last_name', 'phone'])).toEqual(['phone', 'post_code']);
    expect(furtherFields([])).toEqual([]);
    expect(furtherFields(['a'.repeat(63), 'x1'])).toEqual(['a'.repeat(63), 'x1']);
  });

  it.each([
    '', ' ', 'Phone', '1st', '_x', 'post-code', 'post code', 'phone"', "x'; DROP TABLE created_users; --", 'naïve', '__proto__', 'a'.repeat(64), 'phone\n',
    'created_at', 'src_partition', 'src_offset', 'stored_at', 'rowid', 'oid',
  ])('refuses %j as a column', (field) => {
    expect(() => furtherFields(['first_name', field])).toThrow(UnusableFieldError);
  });
});
