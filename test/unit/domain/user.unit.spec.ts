import { CORE_FIELDS, faultOfField, MAX_FIELD_LENGTH, pickFields, withCoreFields } from '../../../src/domain/user.js';

const ADA = { first_name: 'Ada', last_name: 'Lovelace', email: 'ada@example.com' };

describe('faultOfField', () => {
  it.each([
    [undefined, 'field.missing'],
    [null, 'field.wrong-type'],
    [7, 'field.wrong-type'],
    [['Ada'], 'field.wrong-type'],
    ['', 'field.blank'],
    [' \t\u00a0', 'field.blank'],
    ['x'.repeat(MAX_FIELD_LENGTH + 1), 'field.too-long'],
    [' '.repeat(MAX_FIELD_LENGTH + 1), 'field.too-long'],
    ['a\ud800b', 'field.lone-surrogate'],
    ['Ada', null],
    ['👩‍💻', null],
    ['x'.repeat(MAX_FIELD_LENGTH), null],
  ].map(([value, fault]) => ({ value, fault, shown: String(value).slice(0, 12) })))('says of $shown: $fault', ({ value, fault }) => {
    expect(faultOfField(value)).toBe(fault);
  });
});

describe('pickFields', () => {
  it('takes what is wanted, in that order, and nothing else along', () => {
    const picked = pickFields({ password: 'hush', ...ADA, phone: '1' }, CORE_FIELDS);
    expect(picked).toEqual({ fields: ADA });
    expect(JSON.stringify(picked)).toBe(JSON.stringify({ fields: ADA }));
  });

  it.each([
    [{ first_name: 'Ada', last_name: 'Lovelace' }, { fault: 'field.missing', field: 'email' }],
    [{ ...ADA, email: null }, { fault: 'field.wrong-type', field: 'email' }],
    [{ ...ADA, last_name: 7 }, { fault: 'field.wrong-type', field: 'last_name' }],
    [{ ...ADA, first_name: '  ' }, { fault: 'field.blank', field: 'first_name' }],
  ])('names the field and what is wrong with it: %j', (given, expected) => {
    expect(pickFields(given, CORE_FIELDS)).toEqual(expected);
  });

  it('follows the order of what is wanted, whatever the order of what is given', () => {
    const picked = pickFields({ phone: '1', ...ADA }, ['email', 'phone', 'last_name', 'first_name']);
    expect(JSON.stringify(picked)).toBe('{"fields":{"email":"ada@example.com","phone":"1","last_name":"Lovelace","first_name":"Ada"}}');
  });

  it.each(['', ' ', '\t\n'])('leaves out a further field that is blank (%j): nobody is refused for it', (phone) => {
    expect(pickFields({ ...ADA, phone }, [...CORE_FIELDS, 'phone'])).toEqual({ fields: ADA });
  });

  it('leaves out further fields that are missing or null, and makes text of their numbers', () => {
    expect(pickFields({ ...ADA, post_code: 14_490, phone: null }, [...CORE_FIELDS, 'post_code', 'phone', 'gender'])).toEqual({ fields: { ...ADA, post_code: '14490' } });
  });

  it.each([[Number.NaN], [Infinity], [true], [{}], [['x']]])('takes no %p for a further field', (phone) => {
    expect(pickFields({ ...ADA, phone }, [...CORE_FIELDS, 'phone'])).toEqual({ fault: 'field.wrong-type', field: 'phone' });
  });

  it('reads own properties only', () => {
    expect(pickFields(Object.create(ADA) as Record<string, unknown>, CORE_FIELDS)).toEqual({ fault: 'field.missing', field: 'first_name' });
    expect(pickFields(ADA, [...CORE_FIELDS, 'constructor', 'toString'])).toEqual({ fields: ADA });
  });
});

describe('withCoreFields', () => {
  it.each([
    [[], ['first_name', 'last_name', 'email']],
    [['phone'], ['first_name', 'last_name', 'email', 'phone']],
    [['email', 'phone', 'email'], ['first_name', 'last_name', 'email', 'phone']],
    [['id', 'email', 'last_name', 'first_name'], ['id', 'email', 'last_name', 'first_name']],
  ])('completes %j, each once', (names, whole) => {
    expect(withCoreFields(names)).toEqual(whole);
  });
});
