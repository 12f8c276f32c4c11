import { INVENTED_FIELDS } from '../../../src/adapters/user-source-synthetic/invented-people.js';
import { RANDOM_USER_FIELDS } from '../../../src/adapters/user-source-randomuser/random-user-fields.js';
import { DEFAULT_FIELDS, TUTORIAL_FIELDS } from '../../../src/config/user-fields.js';
import { CORE_FIELDS } from '../../../src/domain/user.js';
import { faultsOf, namesOf, parse } from './parsing.js';

/** Those of a process that takes whatever names other producers use. */
const fieldsOf = (text: string) => parse({ USER_FIELDS: text, ROLES: 'processing' }).config.fields;

describe('USER_FIELDS', () => {
  it('are the core three unless named', () => {
    expect(parse({}).config.fields).toEqual(CORE_FIELDS);
    expect(DEFAULT_FIELDS).toEqual(CORE_FIELDS);
  });

  it('are the twelve of the tutorial by one word, in the order in which its producer writes them', () => {
    expect(fieldsOf('tutorial')).toEqual(['id', 'first_name', 'last_name', 'gender', 'address', 'post_code', 'email', 'username', 'dob', 'registered_date', 'phone', 'picture']);
    expect(fieldsOf('tutorial, nickname')).toEqual([...TUTORIAL_FIELDS, 'nickname']);
  });

  it('of the tutorial are just what API and synthetic source have', () => {
    for (const known of [RANDOM_USER_FIELDS, INVENTED_FIELDS]) expect([...known].sort()).toEqual([...TUTORIAL_FIELDS].sort());
  });

  it.each([
    ['phone', ['first_name', 'last_name', 'email', 'phone']],
    ['phone, email ,first_name', ['last_name', 'phone', 'email', 'first_name']],
    ['email,last_name,first_name', ['email', 'last_name', 'first_name']],
    ['phone,phone,phone', ['first_name', 'last_name', 'email', 'phone']],
    [`a${'b'.repeat(47)}`, ['first_name', 'last_name', 'email', `a${'b'.repeat(47)}`]],
  ])('keep the order of %j, and the core three are always there', (text, fields) => {
    expect(fieldsOf(text)).toEqual(fields);
  });

  it.each([
    'a,,b', ',', 'Phone', '1st', '_x', 'post-code', 'post code', 'phone"', 'naïve', '__proto__', 'constructor', `a${'b'.repeat(48)}`,
    'created_at', 'src_partition', 'src_offset', 'stored_at', 'rowid', 'oid',
  ])('cannot be %j', (text) => {
    const error = faultsOf({ USER_FIELDS: text, ROLES: 'processing' });
    expect(error.faults).toEqual([{ name: 'USER_FIELDS', expected: expect.stringContaining('`tutorial`, or a comma-separated list') as string }]);
  });

  it('are at most 64, the core three among them', () => {
    const names = (count: number) => Array.from({ length: count }, (_, index) => `f${index}`).join();
    expect(fieldsOf(names(61))).toHaveLength(64);
    expect(namesOf(faultsOf({ USER_FIELDS: names(62), ROLES: 'processing' }))).toEqual(['USER_FIELDS']);
  });

  it.each([{}, { USER_SOURCE: 'auto' }, { USER_SOURCE: 'randomuser' }, { USER_SOURCE: 'synthetic' }, { ROLES: 'ingestion' }])('that its source does not have are a fault: %j', (environment) => {
    const error = faultsOf({ ...environment, USER_FIELDS: 'phone,shoe_size' });
    expect(namesOf(error)).toEqual(['USER_FIELDS']);
    expect(error.message).toContain('USER_SOURCE=file');
    expect(error.message).not.toContain('shoe_size');
  });

  it('may be any for a file, and for people of other producers', () => {
    expect(parse({ USER_SOURCE: 'file', USER_SOURCE_FILE: 'p.csv', USER_FIELDS: 'shoe_size' }).config.fields).toContain('shoe_size');
    expect(parse({ ROLES: 'processing,admin', USER_FIELDS: 'shoe_size' }).config.fields).toContain('shoe_size');
  });
});
