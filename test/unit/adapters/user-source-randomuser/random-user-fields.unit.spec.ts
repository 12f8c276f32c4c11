import { peopleOf } from '../../../../src/adapters/user-source-randomuser/random-user-answer.js';
import { incOf, RANDOM_USER_FIELDS, userOf } from '../../../../src/adapters/user-source-randomuser/random-user-fields.js';
import { deriveId } from '../../../../src/domain/ids.js';
import { CORE_FIELDS } from '../../../../src/domain/user.js';
import { RECORDED_SEED, recordedPeople, secretsOf } from '../../../support/randomuser-people.js';

const RECORDED = recordedPeople({ seed: RECORDED_SEED, page: 1, results: 20, inc: null })!;
const aRecord = (given: object = {}) => ({ name: { title: 'Ms', first: 'Ada', last: 'Lovelace' }, email: 'ada@example.com', login: { uuid: 'B29CB619-0FDB-4D46-B127-AA07D254CE00', password: 'hush' }, ...given });
const read = (record: unknown, fields: readonly string[] = CORE_FIELDS) => userOf(record, fields, () => 'fallback');

describe('what is asked for', () => {
  it('is what the fields need and no more, in an order of its own', () => {
    expect(incOf(CORE_FIELDS)).toBe('name,email,login');
    expect(incOf(['phone', 'email', 'dob', 'first_name', 'last_name'])).toBe('name,email,login,dob,phone');
    expect(incOf(RANDOM_USER_FIELDS)).toBe('name,email,login,gender,location,dob,registered,phone,picture');
  });
});

describe('userOf', () => {
  it('reads the twelve fields of the tutorial from a recorded person', () => {
    expect(read(RECORDED[0], RANDOM_USER_FIELDS)).toEqual({
      id: 'b29cb619-0fdb-4d46-b127-aa07d254ce00',
      fields: {
        id: 'b29cb619-0fdb-4d46-b127-aa07d254ce00',
        first_name: 'Necla',
        last_name: 'De Haas',
        email: 'necla.dehaas@example.com',
        gender: 'female',
        address: '6879 De Stienplaat, Blankenham, Noord-Holland, Netherlands',
        post_code: '14490',
        username: 'lazyostrich678',
        dob: '1946-03-15T22:34:05.597Z',
        registered_date: '2011-11-14T19:54:39.099Z',
        phone: '(132)-780-0318',
        picture: 'https://randomuser.me/api/portraits/med/women/81.jpg',
      },
    });
  });

  it('takes no password, salt, hash or national id along, whatever fields there are', () => {
    for (const record of RECORDED) {
      const user = read(record, RANDOM_USER_FIELDS);
      expect(typeof user).toBe('object');
      const values = typeof user === 'string' ? [] : Object.values(user.fields);
      for (const secret of secretsOf(record)) expect(values).not.toContain(secret);
    }
  });

  it('gives a uuid in lower case, and makes an id where there is none to use', () => {
    expect(read(aRecord())).toMatchObject({ id: 'b29cb619-0fdb-4d46-b127-aa07d254ce00' });
    for (const login of [undefined, null, 'x', {}, { uuid: 7 }, { uuid: ' ' }, { uuid: '\ud800' }]) expect(read(aRecord({ login }))).toMatchObject({ id: 'fallback' });
  });

  it.each([
    [null, 'record.not-an-object'],
    ['Ada', 'record.not-an-object'],
    [[aRecord()], 'record.not-an-object'],
    [aRecord({ name: null }), 'field.missing'],
    [aRecord({ name: 'Ada Lovelace' }), 'field.missing'],
    [aRecord({ name: { first: 'Ada', last: 7 } }), 'field.wrong-type'],
    [aRecord({ email: null }), 'field.wrong-type'],
    [aRecord({ email: ' ' }), 'field.blank'],
    [aRecord({ email: 'x'.repeat(1_025) }), 'field.too-long'],
    [aRecord({ name: { first: 'A\ud800', last: 'B' } }), 'field.lone-surrogate'],
  ])('says of %j why it is no user: %s', (record, reason) => {
    expect(read(record)).toBe(reason);
  });

  it('leaves out a further field that is missing, and rejects one of the wrong type', () => {
    expect(read(aRecord(), [...CORE_FIELDS, 'phone', 'address'])).toMatchObject({ fields: { first_name: 'Ada', last_name: 'Lovelace', email: 'ada@example.com' } });
    expect(read(aRecord({ phone: {} }), [...CORE_FIELDS, 'phone'])).toBe('field.wrong-type');
    expect(read(aRecord({ location: { street: { number: 1, name: [] }, city: 'C', state: 'S', country: 'N' } }), [...CORE_FIELDS, 'address'])).toBe('field.wrong-type');
    expect(read(aRecord({ location: { street: { number: 1, name: 'N' }, city: 'C', state: 'S' } }), [...CORE_FIELDS, 'address'])).not.toHaveProperty('fields.address');
  });
});

describe('peopleOf', () => {
  const asked = { seed: RECORDED_SEED, page: 4, size: 3 };
  const body = (answer: unknown) => Buffer.from(JSON.stringify(answer));

  it('keeps the places of those it rejects, and makes ids of seed, page and place', () => {
    expect(peopleOf(body({ results: [aRecord({ login: {} }), 7, aRecord()] }), asked, CORE_FIELDS)).toMatchObject({
      users: [
        { index: 0, user: { id: deriveId('randomuser', RECORDED_SEED, 4, 0) } },
        { index: 2, user: { id: 'b29cb619-0fdb-4d46-b127-aa07d254ce00' } },
      ],
      rejected: [{ index: 1, reason: 'record.not-an-object' }],
    });
  });

  it.each([
    [{ seed: 'another', page: 4 }],
    [{ seed: RECORDED_SEED, page: 1 }],
  ])('takes no answer that says it is %j', (info) => {
    expect(() => peopleOf(body({ results: [1, 2, 3], info }), asked, CORE_FIELDS)).toThrow(expect.objectContaining({ code: 'source.wrong-page' }) as Error);
  });

  it('believes an answer that does not say', () => {
    for (const info of [undefined, null, {}, { page: '4' }]) expect(peopleOf(body({ results: [1, 2, 3], info }), asked, CORE_FIELDS).rejected).toHaveLength(3);
  });
});
