import fc from 'fast-check';
import { type ReceivedUserCreated } from '../../../src/domain/user-created.js';
import { RepositoryUnavailableError, type UserRepository } from '../../../src/ports/user-repository.port.js';
import { aReceivedUserCreated } from '../../support/builders.js';
import { aPerson, eventOf, expectRows, keyOf, pagesOf, people, rowOf, type RepositoryUnderTest, type TableTraits, type When } from './harness.js';

/** What `saveAll` promises. */
export function describeSaving(traits: TableTraits, table: () => RepositoryUnderTest): void {
  const repository = () => table().repository;

  it('says how it tells rows apart', () => {
    expect(repository().identity).toEqual(traits.identity);
  });

  it('keeps every field, the time and the place of an event as they were', async () => {
    const { id } = aPerson();
    const fields = { first_name: "Zoë 'Робин' 🎈", last_name: 'O\u2019Brien "; DROP TABLE created_users; --', email: `${id}@bücher.example` };
    const event = aReceivedUserCreated({ userId: id, fields, timeMicros: 1_780_272_000_123_457, partition: 11, offset: 2 ** 40 + 1 });
    const before = Date.now();

    await repository().saveAll([event]);

    const row = await repository().find(keyOf(traits, event));
    expect(row).not.toBeNull();
    if (row === null) return;
    expect(row).toMatchObject(rowOf(row, event));
    if (row.storedAtMs !== null) expect([before <= row.storedAtMs, row.storedAtMs <= Date.now()]).toEqual([true, true]);
  });

  it('takes an empty batch', async () => {
    await expect(repository().saveAll([])).resolves.toEqual({ rejected: [] });
  });

  it('has one row a key, however often an event is saved', async () => {
    const events = people(7).map((person, offset) => eventOf(person, { offset }));

    await repository().saveAll([...events, ...events]);
    await repository().saveAll(events);

    await expectRows(repository(), traits, events);
    expect((await everybody(repository())).sort()).toEqual(emailsOf(events).sort());
  });

  const newerBy: [string, When, When][] = [
    ['a microsecond', { time: 0, partition: 3, offset: 9 }, { time: 1, partition: 0, offset: 0 }],
    ['its partition, at the same time', { partition: 1, offset: 9 }, { partition: 2, offset: 0 }],
    ['its offset, at the same time in one partition', { partition: 1, offset: 9 }, { partition: 1, offset: 10 }],
  ];
  it.each(newerBy)('lets an event win that is newer by %s, whichever comes first', async (_what, older, newer) => {
    const [one, two, three, four] = [aPerson(), aPerson(), aPerson(), aPerson()];

    await repository().saveAll([eventOf(one, older), eventOf(two, newer), eventOf(three, older), eventOf(three, newer), eventOf(four, newer), eventOf(four, older)]);
    await repository().saveAll([eventOf(one, newer), eventOf(two, older)]);

    await expectRows(repository(), traits, [one, two, three, four].map((person) => eventOf(person, newer)));
  });

  it('ends with the newest event of each key, under any order, repeats and batches', async () => {
    const when = fc.record({ who: fc.nat(4), time: fc.nat(2), partition: fc.nat(2), offset: fc.nat(3) });
    const plan = fc.array(when, { minLength: 1, maxLength: 20 }).chain((whens) =>
      fc.tuple(fc.constant(whens), fc.shuffledSubarray([...whens, ...whens], { minLength: whens.length * 2 }), fc.integer({ min: 1, max: 9 })),
    );

    await fc.assert(
      fc.asyncProperty(plan, async ([whens, delivered, batchSize]) => {
        const persons = people(5);
        const event = ({ who, ...at }: (typeof whens)[number]) => eventOf(persons[who] ?? aPerson(), at);
        for (let from = 0; from < delivered.length; from += batchSize) await repository().saveAll(delivered.slice(from, from + batchSize).map(event));

        await expectRows(repository(), traits, newestOfEach(whens.map(event)));
      }),
      { numRuns: 25 },
    );
  });

  it('ends with the newest event of each key when many calls save at once', async () => {
    const persons = people(20);
    const calls = Array.from({ length: 10 }, (_, time) => persons.map((person) => eventOf(person, { time: (time * 7) % 10 })));

    await Promise.all(calls.map((events) => repository().saveAll(events)));

    await expectRows(repository(), traits, persons.map((person) => eventOf(person, { time: 9 })));
  });

  it('takes five thousand events in one call', async () => {
    const events = people(5_000).map((person, offset) => eventOf(person, { offset }));
    await repository().saveAll(events);
    await expectRows(repository(), traits, events);
  });

  it.each(traits.impossible.map(({ because, reason, event }) => [because, reason, event] as const))(
    'tells a row apart that the table can never take (%s), and stores its neighbours',
    async (_because, reason, impossible) => {
      const [before, between, after] = people(3).map((person, offset) => eventOf(person, { offset }));
      if (before === undefined || between === undefined || after === undefined) throw new Error('three people');

      const { rejected } = await repository().saveAll([before, impossible, between, impossible, after]);

      expect(rejected.map(({ index, reason: why }) => [index, why])).toEqual([[1, reason], [3, reason]]);
      for (const { message } of rejected) expect(message).not.toBe('');
      await expectRows(repository(), traits, [before, between, after]);
      expect((await everybody(repository())).sort()).toEqual(emailsOf([before, between, after]).sort());
    },
  );

  it('rejects a batch of nothing but impossible rows row by row', async () => {
    const events = traits.impossible.map(({ event }) => event);
    const { rejected } = await repository().saveAll(events);
    expect(rejected.map(({ index }) => index)).toEqual(events.map((_event, index) => index));
    expect(await everybody(repository())).toEqual([]);
  });

  it('keeps what is stored through a close and an opening', async () => {
    const persons = people(5);
    await repository().saveAll(persons.map((person) => eventOf(person, { time: 5 })));

    const reopened = await table().reopen();

    await expectRows(reopened, traits, persons.map((person) => eventOf(person, { time: 5 })));
    await reopened.saveAll(persons.map((person) => eventOf(person, { time: 4 })));
    await expectRows(reopened, traits, persons.map((person) => eventOf(person, { time: 5 })));
  });

  it('rejects nothing while the table is away: it says so, and the same events go in once it is back', async () => {
    const events = people(6).map((person, offset) => eventOf(person, { offset }));
    await repository().saveAll(events.slice(0, 3));

    const bringBack = await table().takeAway();
    const refusal: unknown = await repository().saveAll(events).catch((error: unknown) => error);
    await bringBack();

    expect(refusal).toBeInstanceOf(RepositoryUnavailableError);
    expect(refusal).toMatchObject({ disposition: 'retry', code: 'repository.unavailable' });
    await expect(repository().saveAll(events)).resolves.toEqual({ rejected: [] });
    await expectRows(repository(), traits, events);
  });

  it('saves nothing once its signal has aborted', async () => {
    const event = eventOf(aPerson());
    const reason = new Error('not any more');

    await expect(repository().saveAll([event], AbortSignal.abort(reason))).rejects.toBe(reason);

    expect(await repository().find(keyOf(traits, event))).toBeNull();
  });

  it(traits.identity.kind === 'id' ? 'keeps namesakes with one address apart' : 'gives those who share its key one row', async () => {
    const one = aPerson();
    const other = aPerson({ lastName: one.lastName, email: one.email });
    const events = [eventOf(one, { offset: 1 }), eventOf(other, { offset: 2 })];

    await repository().saveAll(events);

    const rows = await repository().list({ cursor: null, limit: 10 });
    const expected = traits.identity.kind === 'id' ? events : events.slice(1);
    expect(rows.items.map(({ fields }) => fields['first_name']).sort()).toEqual(expected.map(({ user }) => user.fields['first_name']));
  });
}

async function everybody(repository: UserRepository): Promise<string[]> {
  return (await pagesOf((cursor) => repository.list({ cursor, limit: 100 }))).flat();
}

function emailsOf(events: readonly ReceivedUserCreated[]): string[] {
  return events.map(({ user }) => user.fields['email'] ?? '');
}

/** What the table must end with, computed as the port's comment says it. */
function newestOfEach(events: readonly ReceivedUserCreated[]): ReceivedUserCreated[] {
  const newest = new Map<string, ReceivedUserCreated>();
  for (const event of events) {
    const known = newest.get(event.user.id);
    const order = known === undefined ? 1 : event.timeMicros - known.timeMicros || event.partition - known.partition || event.offset - known.offset;
    if (order > 0) newest.set(event.user.id, event);
  }
  return [...newest.values()];
}
