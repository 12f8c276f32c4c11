import { validate } from 'uuid';
import { codeOf, dispositionOf } from '../../src/domain/errors.js';
import { type SourceSpec } from '../../src/domain/run.js';
import { faultOfField } from '../../src/domain/user.js';
import { SourceRefusedError, SourceUnavailableError, type Page, type PageRequest, type UserSource } from '../../src/ports/user-source.port.js';

/** What an adapter cannot show is declared with the reason, and the suite asserts what follows from it. */
export interface Never {
  readonly never: string;
}

/** A source under test, and the means to disturb it. */
export interface UserSourceSubject {
  readonly source: UserSource;
  /** The fields that it was told to take. */
  readonly fields: readonly string[];
  /** A source for a spec that has been through JSON, as a process opens it that reads the plan from the journal. */
  reopen(spec: SourceSpec): UserSource;
  /** Makes what is behind the source unavailable for now. */
  readonly goAway: (() => Promise<void>) | Never;
  readonly comeBack: () => Promise<void>;
  /** Makes the record at `index` of page 1 something that is no user. */
  readonly spoil: ((index: number) => Promise<UserSource>) | Never;
  /** What must not leave the source: passwords, hashes, national ids of everything behind it. */
  readonly secrets: () => Iterable<string>;
  /** How many things (requests, open files) are in hand. */
  readonly running: () => number | Promise<number>;
  readonly close: () => Promise<void>;
}

const SIZE = 7;
const SEED = 'c0ffee0123456789';
const signal = new AbortController().signal;
const ask = (given: Partial<PageRequest> = {}): PageRequest => ({ runId: 'run', seed: SEED, page: 1, cursor: null, size: SIZE, ...given });
const people = (page: Page) => page.users.map(({ index, user }) => ({ index, ...user }));
const indexes = (page: Page) => [...page.users, ...page.rejected].map(({ index }) => index).sort((a, b) => a - b);
const upTo = (count: number) => Array.from({ length: count }, (_, index) => index);

/** Every sentence of src/ports/user-source.port.ts. */
export function describeUserSource(name: string, open: () => Promise<UserSourceSubject>): void {
  describe(`user source ${name}`, () => {
    let subject: UserSourceSubject;
    let source: UserSource;

    beforeEach(async () => {
      subject = await open();
      ({ source } = subject);
    });
    afterEach(() => subject.close());

    async function allPages(of: UserSource, size: number, from: { page: number; cursor: string | null } = { page: 1, cursor: null }): Promise<Page[]> {
      const pages: Page[] = [];
      for (let { page, cursor } = from; ; page += 1) {
        const got = await of.fetchPage(ask({ page, cursor, size }), signal);
        pages.push(got);
        if (got.next === null || pages.length === 50) return pages;
        cursor = got.next;
      }
    }

    it('gives users with a UUID in lower case and the core fields as usable text', async () => {
      const page = await source.fetchPage(ask(), signal);
      expect(page.users.length).toBeGreaterThan(0);
      for (const { user } of page.users) {
        expect(validate(user.id) && user.id === user.id.toLowerCase()).toBe(true);
        for (const field of ['first_name', 'last_name', 'email']) expect(faultOfField(user.fields[field])).toBeNull();
      }
    });

    it('counts places in the page from 0, each of them once', async () => {
      expect(indexes(await source.fetchPage(ask(), signal))).toEqual(upTo(SIZE));
    });

    it('lets out only the fields that it was told to take, and no secret', async () => {
      const page = await source.fetchPage(ask(), signal);
      for (const { user, ...rest } of page.users) {
        expect(Object.keys(rest)).toEqual(['index']);
        expect(Object.keys(user).sort()).toEqual(['fields', 'id']);
        expect(subject.fields).toEqual(expect.arrayContaining(Object.keys(user.fields)));
      }
      const text = JSON.stringify(page);
      for (const secret of subject.secrets()) expect(text).not.toContain(`"${secret}"`);
    });

    it('says when the answer was here', async () => {
      const before = Date.now();
      const { fetchedAtMs } = await source.fetchPage(ask(), signal);
      expect(fetchedAtMs).toBeGreaterThanOrEqual(before);
      expect(fetchedAtMs).toBeLessThanOrEqual(Date.now());
    });

    it('gives the same people for the same request, whoever asks, and whatever was asked before', async () => {
      expect(source.repeatable).toBe(true);
      const first = await source.fetchPage(ask(), signal);
      await source.fetchPage(ask(first.next === null ? { page: 2 } : { page: 2, cursor: first.next }), signal);
      expect(people(await source.fetchPage(ask({ runId: 'another run' }), signal))).toEqual(people(first));
    });

    it('is found again by its spec alone, which holds plain values', async () => {
      const spec = JSON.parse(JSON.stringify(source.spec)) as SourceSpec;
      expect(spec).toEqual(source.spec);
      const again = subject.reopen(spec);
      expect(again.spec).toEqual(source.spec);
      expect(people(await again.fetchPage(ask(), signal))).toEqual(people(await source.fetchPage(ask(), signal)));
    });

    it('knows its extent: an endless one has no next, a finite one ends', async () => {
      const pages = await allPages(source, SIZE);
      if (source.extent === 'endless') expect(pages).toHaveLength(1);
      else expect(pages.length).toBeLessThan(50);
      expect(pages.at(-1)?.next).toBeNull();
    });

    it('fills its pages: an endless source always, a finite one but for the last', async () => {
      const pages = source.extent === 'endless' ? await Promise.all([1, 2, 3].map((page) => source.fetchPage(ask({ page }), signal))) : await allPages(source, SIZE);
      const full = source.extent === 'endless' ? pages : pages.slice(0, -1);
      expect(full.length).toBeGreaterThan(0);
      for (const page of full) expect(indexes(page)).toEqual(upTo(SIZE));
      expect(indexes(pages.at(-1)!).length).toBeLessThanOrEqual(SIZE);
    });

    it('gives other people on other pages', async () => {
      const pages = source.extent === 'endless' ? await Promise.all([1, 2, 3].map((page) => source.fetchPage(ask({ page }), signal))) : await allPages(source, SIZE);
      const ids = pages.flatMap((page) => page.users.map(({ user }) => user.id));
      expect(new Set(ids).size).toBe(ids.length);
    });

    it('goes by the seed if it is endless, by the cursor if it is finite', async () => {
      const first = people(await source.fetchPage(ask(), signal));
      const otherSeed = people(await source.fetchPage(ask({ seed: 'ffff000011112222' }), signal));
      if (source.extent === 'endless') {
        const known = new Set(first.map(({ id }) => id));
        expect(otherSeed.filter(({ id }) => known.has(id))).toEqual([]);
        expect(people(await source.fetchPage(ask({ cursor: 'ignored' }), signal))).toEqual(first);
      } else {
        expect(otherSeed).toEqual(first);
        expect(people(await source.fetchPage(ask({ page: 9 }), signal))).toEqual(first);
      }
    });

    it('goes on from a cursor in another process as if it had never stopped', async () => {
      const [first, ...rest] = await allPages(source, SIZE);
      if (source.extent === 'endless') {
        expect(people(await subject.reopen(source.spec).fetchPage(ask({ page: 2 }), signal))).toEqual(people(await source.fetchPage(ask({ page: 2 }), signal)));
      } else {
        const resumed = await allPages(subject.reopen(source.spec), SIZE, { page: 2, cursor: first?.next ?? null });
        expect(resumed.map(people)).toEqual(rest.map(people));
        expect(new Set((await allPages(source, 3)).flatMap(people).map(({ id }) => id))).toEqual(new Set([first!, ...rest].flatMap(people).map(({ id }) => id)));
      }
    });

    it('serves the largest page that it promises, and refuses a larger one', async () => {
      const page = await source.fetchPage(ask({ size: source.maxPageSize }), signal);
      if (source.extent === 'endless') expect(page.users.length + page.rejected.length).toBe(source.maxPageSize);
      expect(page.next).toBeNull();
      await expect(source.fetchPage(ask({ size: source.maxPageSize + 1 }), signal)).rejects.toMatchObject({ code: 'source.page-too-large', disposition: 'halt' });
    });

    it('serves the last page that it promises, and refuses the one after it', async () => {
      const last = source.maxPages ?? 1_000_000;
      expect(last).toBeGreaterThanOrEqual(1);
      const page = await source.fetchPage(ask({ page: last }), signal);
      expect(page.users.length + page.rejected.length).toBe(SIZE);
      const beyond = source.fetchPage(ask({ page: last + 1 }), signal);
      if (source.maxPages === null) await expect(beyond).resolves.toBeDefined();
      else await expect(beyond).rejects.toMatchObject({ code: 'source.page-out-of-range', disposition: 'halt' });
    });

    it('keeps of a record that is no user its place and a reason, and the others flow', async () => {
      const { spoil } = subject;
      if (typeof spoil !== 'function') {
        expect(spoil.never).not.toBe('');
        for (const page of [1, 2, 3]) expect((await source.fetchPage(ask({ page }), signal)).rejected).toEqual([]);
        return;
      }
      const page = await (await spoil(2)).fetchPage(ask(), signal);
      expect(page.rejected).toEqual([{ index: 2, reason: expect.stringMatching(/^(record|field)\.[a-z0-9-]+$/) as string }]);
      expect(page.users.map(({ index }) => index)).toEqual([0, 1, 3, 4, 5, 6]);
    });

    it('says when it is away that the same call may go through later, and then it does', async () => {
      const { goAway } = subject;
      if (typeof goAway !== 'function') {
        expect(goAway.never).not.toBe('');
        await expect(source.fetchPage(ask(), signal)).resolves.toBeDefined();
        return;
      }
      const before = people(await source.fetchPage(ask(), signal));
      await goAway();
      const error: unknown = await source.fetchPage(ask(), signal).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(source.extent === 'endless' ? SourceUnavailableError : SourceRefusedError);
      expect(dispositionOf(error)).toBe(source.extent === 'endless' ? 'retry' : 'halt');
      expect(codeOf(error)).toMatch(/^source\.[a-z0-9-]+$/);
      await subject.comeBack();
      expect(people(await source.fetchPage(ask(), signal))).toEqual(before);
    });

    it('rejects at once with the reason of a signal that has aborted', async () => {
      const reason = new Error('stop');
      await expect(source.fetchPage(ask(), AbortSignal.abort(reason))).rejects.toBe(reason);
      expect(await subject.running()).toBe(0);
    });

    it('rejects with the reason of a signal that aborts meanwhile, leaves nothing running, and serves the next call', async () => {
      const controller = new AbortController();
      const reason = new Error('stop');
      const fetching = source.fetchPage(ask(), controller.signal);
      controller.abort(reason);
      await expect(fetching).rejects.toBe(reason);
      expect(await subject.running()).toBe(0);
      expect(indexes(await source.fetchPage(ask(), signal))).toEqual(upTo(SIZE));
    });
  });
}
