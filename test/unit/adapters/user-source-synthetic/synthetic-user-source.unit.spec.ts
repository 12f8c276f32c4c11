import { INVENTED_FIELDS } from '../../../../src/adapters/user-source-synthetic/invented-people.js';
import { asciiOf } from '../../../../src/adapters/user-source-synthetic/email-address.js';
import { SeededRandom } from '../../../../src/adapters/user-source-synthetic/seeded-random.js';
import { SyntheticUserSource } from '../../../../src/adapters/user-source-synthetic/synthetic-user-source.js';
import { deriveId } from '../../../../src/domain/ids.js';
import { faultOfField, type User } from '../../../../src/domain/user.js';
import { FakeClock } from '../../../support/fake-clock.js';

const SEED = 'c0ffee0123456789';
const source = new SyntheticUserSource({}, new FakeClock());

async function people(size: number, { page = 1, seed = SEED, of = source } = {}): Promise<readonly User[]> {
  const { users } = await of.fetchPage({ runId: 'run', seed, page, cursor: null, size }, new AbortController().signal);
  return users.map(({ user }) => user);
}

describe('SyntheticUserSource', () => {
  it('gives the same person at a place whatever the size of the page', async () => {
    const many = await people(1_200);
    expect(await people(3)).toEqual(many.slice(0, 3));
    expect(await people(501)).toEqual(many.slice(0, 501));
  });

  it('makes ids of seed, page and place', async () => {
    const [first, second] = await people(2, { page: 7 });
    expect([first?.id, second?.id]).toEqual([deriveId('synthetic', SEED, 7, 0), deriveId('synthetic', SEED, 7, 1)]);
  });

  it('invents other people for another page and for another seed', async () => {
    const names = (users: readonly User[]) => users.map(({ fields }) => JSON.stringify(fields));
    const pages = await Promise.all([people(50), people(50, { page: 2 }), people(50, { seed: 'ffffffffffffffff' })]);
    expect(new Set(pages.map((page) => names(page).join())).size).toBe(3);
  });

  it('invents people of many places, in more than one script, all of whose fields can be stored', async () => {
    const users = await people(1_000, { of: new SyntheticUserSource({ fields: INVENTED_FIELDS }, new FakeClock()) });
    const text = users.map(({ fields }) => `${fields['first_name']} ${fields['last_name']}`).join('\n');
    for (const script of [/\p{Script=Greek}/u, /\p{Script=Han}/u, /[şğıİ]/u, /[łńś]/u, /[äöü]/u]) expect(text).toMatch(script);
    for (const { fields } of users) {
      expect(Object.keys(fields).sort()).toEqual([...INVENTED_FIELDS].sort());
      expect(Object.values(fields).map(faultOfField).filter((fault) => fault !== null)).toEqual([]);
      expect(fields['email']).toMatch(/^[a-z0-9]+\.[a-z0-9]+@example\.com$/);
    }
  });

  it('has namesakes, and people who share an address, but no two with one id', async () => {
    const users = await people(3_000);
    const distinct = (of: (user: User) => string | undefined) => new Set(users.map(of)).size;
    expect(distinct(({ id }) => id)).toBe(3_000);
    for (const seen of [distinct(({ fields }) => fields['email']), distinct(({ fields }) => `${fields['first_name']} ${fields['last_name']}`)]) {
      expect(seen).toBeLessThan(3_000);
      expect(seen).toBeGreaterThan(2_400);
    }
  });

  it('changes nobody by asking for more fields', async () => {
    const more = await people(20, { of: new SyntheticUserSource({ fields: ['first_name', 'last_name', 'email', 'phone'] }, new FakeClock()) });
    const core = await people(20);
    expect(more.map(({ id, fields: { first_name, last_name, email } }) => ({ id, fields: { first_name, last_name, email } }))).toEqual(core);
    expect(new Set(more.map(({ fields }) => fields['phone'])).size).toBe(20);
  });

  it('gives the fields in the order in which they were named, the id too', async () => {
    const fields = ['phone', 'id', 'email', 'last_name', 'first_name'];
    const [person] = await people(1, { of: new SyntheticUserSource({ fields }, new FakeClock()) });
    expect(Object.keys(person?.fields ?? {})).toEqual(fields);
    expect(person?.fields['id']).toBe(person?.id);
  });

  it('refuses a field that it cannot invent', () => {
    expect(() => new SyntheticUserSource({ fields: ['password'] }, new FakeClock())).toThrow(expect.objectContaining({ code: 'source.unknown-field' }) as Error);
  });

  /** Stored plans name only seed and page: another stream of numbers would give their runs other people. */
  it('draws the numbers it has always drawn', () => {
    const random = new SeededRandom('people', SEED, 1);
    expect([random.below(1_000), random.below(1_000), random.below(1_000)]).toEqual([61, 728, 269]);
  });
});

describe('asciiOf', () => {
  it.each([
    ['Ada', 'ada'],
    ['De Haas', 'dehaas'],
    ["O'Brien", 'obrien'],
    ['Vučetić', 'vucetic'],
    ['Łucja', 'lucja'],
    ['Strauß', 'strauss'],
    ['Søren Ørsted', 'sorenorsted'],
    ['İhsan Yıldırım', 'ihsanyildirim'],
    ['輝', '輝'.codePointAt(0)!.toString(36)],
  ])('writes %s as %s', (name, ascii) => {
    expect(asciiOf(name)).toBe(ascii);
  });
});
