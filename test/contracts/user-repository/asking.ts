import { InvalidCursorError, QueryNotSupportedError } from '../../../src/ports/user-repository.port.js';
import { aPerson, eventOf, keyOf, pagesOf, people, type RepositoryUnderTest, type TableTraits } from './harness.js';

/** What the queries promise. */
export function describeAsking(traits: TableTraits, table: () => RepositoryUnderTest): void {
  const repository = () => table().repository;

  describe('find and findAll', () => {
    it('finds nobody where nobody is', async () => {
      const key = keyOf(traits, eventOf(aPerson()));
      expect(await repository().find(key)).toBeNull();
      expect(await repository().findAll([])).toEqual([]);
    });

    it('takes a key literally, whatever is in it', async () => {
      if (traits.identity.kind !== 'id') return;
      const event = eventOf(aPerson());
      await repository().saveAll([event]);
      for (const id of ['', '%', `${event.user.id}\0`, `${event.user.id} `, event.user.id.slice(0, 8)]) expect(await repository().find({ id })).toBeNull();
    });

    it('finds the rows of many keys in the order asked for, null where there is none, a repeated key twice', async () => {
      const [one, two, absent] = people(3).map((person) => eventOf(person));
      if (one === undefined || two === undefined || absent === undefined) throw new Error('three people');
      await repository().saveAll([one, two]);

      const rows = await repository().findAll([two, absent, one, two].map((event) => keyOf(traits, event)));

      expect(rows.map((row) => row?.fields['email'] ?? null)).toEqual([two.user.fields['email'], null, one.user.fields['email'], two.user.fields['email']]);
    });
  });

  describe('list', () => {
    const list = (limit: number) => (cursor: string | null) => repository().list({ cursor, limit });

    it('is one empty page for an empty table', async () => {
      expect(await repository().list({ cursor: null, limit: 10 })).toEqual({ items: [], next: null });
    });

    it.each([1, 3, 4, 12, 13])('lists everybody exactly once, %i at a time, and ends', async (limit) => {
      const persons = people(12);
      await repository().saveAll(persons.map((person) => eventOf(person)));

      const pages = await pagesOf(list(limit));

      expect(pages.flat().sort()).toEqual(persons.map(({ email }) => email).sort());
      expect(pages.filter((page) => page.length > limit || page.length === 0)).toEqual([]);
    });

    it('keeps its order from one reading to the next', async () => {
      await repository().saveAll(people(9).map((person) => eventOf(person)));
      expect(await pagesOf(list(2))).toEqual(await pagesOf(list(2)));
    });

    it('lists exactly once who is there from the first page to the last, while others come and all are written anew', async () => {
      const persons = people(30);
      const newcomers: string[] = [];
      await repository().saveAll(persons.map((person) => eventOf(person)));
      let time = 0;

      const pages = await pagesOf(list(4), async () => {
        time += 1;
        const arriving = people(2);
        newcomers.push(...arriving.map(({ email }) => email));
        if (time < 20) await repository().saveAll([...persons, ...arriving].map((person) => eventOf(person, { time })));
      });

      const listed = pages.flat();
      const original = new Set(persons.map(({ email }) => email));
      expect(listed.filter((email) => original.has(email)).sort()).toEqual([...original].sort());
      expect(new Set(listed).size).toBe(listed.length);
      expect(listed.filter((email) => !original.has(email) && !newcomers.includes(email))).toEqual([]);
    });

    it('goes on with a cursor after a close and an opening', async () => {
      const persons = people(6);
      await repository().saveAll(persons.map((person) => eventOf(person)));
      const first = await repository().list({ cursor: null, limit: 2 });

      const reopened = await table().reopen();
      const rest = await reopened.list({ cursor: first.next, limit: 10 });

      const listed = [...first.items, ...rest.items].map((item) => item.fields['email']);
      expect(listed.sort()).toEqual(persons.map(({ email }) => email).sort());
    });

    it.each(['', ' ', '0', '-1', 'null', 'garbage', '%00', '../../etc/passwd', 'AAAA', 'eyJyb3ciOjF9', "' OR 1=1 --", 'ÿ', 'x'.repeat(300)])(
      'refuses the cursor %j, which it did not give',
      async (cursor) => {
        await repository().saveAll(people(3).map((person) => eventOf(person)));
        await expect(repository().list({ cursor, limit: 2 })).rejects.toBeInstanceOf(InvalidCursorError);
      },
    );

    it('refuses its own cursor once it was tampered with', async () => {
      await repository().saveAll(people(3).map((person) => eventOf(person)));
      const { next } = await repository().list({ cursor: null, limit: 2 });
      expect(next).not.toBeNull();
      for (const cursor of [`${next}A`, `${next}=`, ` ${next}`, (next ?? '').slice(1), (next ?? '').slice(0, 4)]) {
        await expect(repository().list({ cursor, limit: 2 })).rejects.toBeInstanceOf(InvalidCursorError);
      }
    });
  });

  if (traits.emailIndex) describeFindingByEmail(repository);
  else {
    it('says that it cannot find people by address, and what to do about it', async () => {
      const refusal: unknown = await repository().findByEmail('ada@example.com', { cursor: null, limit: 10 }).catch((error: unknown) => error);
      expect(refusal).toBeInstanceOf(QueryNotSupportedError);
      expect((refusal as QueryNotSupportedError).remedy).toMatch(/index/i);
    });
  }
}

function describeFindingByEmail(repository: () => RepositoryUnderTest['repository']): void {
  describe('findByEmail', () => {
    it('finds those of exactly that address', async () => {
      const ada = aPerson({ email: 'ada@example.com' });
      const others = ['Ada@example.com', 'ada@example.com.au', 'aada@example.com', ' ada@example.com', 'ada@example.co'].map((email) => aPerson({ email }));
      await repository().saveAll([ada, ...others].map((person) => eventOf(person)));

      const { items, next } = await repository().findByEmail('ada@example.com', { cursor: null, limit: 10 });

      expect(items.map(({ fields }) => fields['last_name'])).toEqual([ada.lastName]);
      expect(next).toBeNull();
    });

    it('finds nobody of an address that nobody has, and nothing is a pattern', async () => {
      await repository().saveAll([eventOf(aPerson({ email: 'ada@example.com' }))]);
      for (const email of ['nobody@example.com', '%', 'ada%', 'ada_example.com', '', "' OR '1'='1", 'ada@example.com\0']) {
        expect(await repository().findByEmail(email, { cursor: null, limit: 10 })).toEqual({ items: [], next: null });
      }
    });

    it.each([1, 2, 5, 6])('lists all who share an address exactly once, %i at a time', async (limit) => {
      const sharing = people(5).map((person) => ({ ...person, email: 'shared@example.com' }));
      await repository().saveAll([...sharing, ...people(5)].map((person) => eventOf(person)));

      const names: string[] = [];
      let cursor: string | null = null;
      do {
        const page: Awaited<ReturnType<ReturnType<typeof repository>['findByEmail']>> = await repository().findByEmail('shared@example.com', { cursor, limit });
        expect(page.items.length).toBeLessThanOrEqual(limit);
        names.push(...page.items.map(({ fields }) => fields['last_name'] ?? ''));
        cursor = page.next;
      } while (cursor !== null);

      expect(names.sort()).toEqual(sharing.map(({ lastName }) => lastName).sort());
    });

    it('finds a person under the new address only, once it has changed', async () => {
      const person = aPerson({ email: 'old@example.com' });
      await repository().saveAll([eventOf(person, { time: 1 })]);
      await repository().saveAll([eventOf({ ...person, email: 'new@example.com' }, { time: 2 })]);

      const namesOf = async (email: string) => (await repository().findByEmail(email, { cursor: null, limit: 10 })).items.map(({ fields }) => fields['last_name']);
      expect(await namesOf('new@example.com')).toEqual([person.lastName]);
      if (repository().identity.kind === 'id') expect(await namesOf('old@example.com')).toEqual([]);
    });

    it('refuses a cursor of another list, of another address, and garbage', async () => {
      const sharing = (email: string) => people(3).map((person) => eventOf({ ...person, email }));
      await repository().saveAll([...sharing('one@example.com'), ...sharing('two@example.com')]);
      const ofList = await repository().list({ cursor: null, limit: 1 });
      const ofOne = await repository().findByEmail('one@example.com', { cursor: null, limit: 1 });

      expect([ofList.next, ofOne.next]).not.toContain(null);
      await expect(repository().findByEmail('two@example.com', { cursor: ofOne.next, limit: 1 })).rejects.toBeInstanceOf(InvalidCursorError);
      await expect(repository().findByEmail('one@example.com', { cursor: ofList.next, limit: 1 })).rejects.toBeInstanceOf(InvalidCursorError);
      await expect(repository().list({ cursor: ofOne.next, limit: 1 })).rejects.toBeInstanceOf(InvalidCursorError);
      await expect(repository().findByEmail('one@example.com', { cursor: 'garbage', limit: 1 })).rejects.toBeInstanceOf(InvalidCursorError);
    });
  });
}
