import request from 'supertest';
import { manualRunId } from '../../src/domain/ids.js';
import { type Plan } from '../../src/domain/run.js';
import { type By, type Progress, type RequestedRun, type RunRequest, type RunState } from '../../src/modules/journal/index.js';
import { type ListedDeadLetter } from '../../src/modules/processing/index.js';
import { type Ledger } from '../../src/modules/storage/index.js';
import { type StoredUser } from '../../src/ports/user-repository.port.js';
import { aForeignEvent } from '../support/builders.js';
import { answerTo, closeHttp, deviationsFrom, openHttp } from '../support/http-application.js';

const T0 = Date.UTC(2026, 5, 1);
const OPERATOR: By = { actor: 'operator', reason: 'to see it work' };

afterEach(closeHttp);

describe('users', () => {
  const ada: StoredUser = {
    id: '6f1c2ad0-52a6-4e5b-9c51-0d7a3c2b1a00',
    fields: { first_name: 'Ada', last_name: 'Lovelace', email: 'ada@example.com', phone: '1' },
    createdAtMicros: T0 * 1_000 + 7,
    partition: 3,
    offset: 41,
    storedAtMs: T0 + 5,
  };

  it("are listed with the wire's names, a page at a time", async () => {
    const asked: unknown[] = [];
    const { url } = await openHttp({ doors: { listUsers: async (page) => (asked.push(page), { items: [ada], next: 'further' }) } });

    const { body } = await answerTo(request(url).get('/api/v1/users').query({ limit: 2, cursor: 'here' }).expect(200));

    expect(asked).toEqual([{ cursor: 'here', limit: 2 }]);
    expect(deviationsFrom('UserList', body)).toEqual([]);
    expect(body).toEqual({
      items: [
        {
          id: ada.id,
          first_name: 'Ada',
          last_name: 'Lovelace',
          email: 'ada@example.com',
          phone: '1',
          created_at: '2026-06-01T00:00:00.000007Z',
          src_partition: 3,
          src_offset: 41,
          stored_at: '2026-06-01T00:00:00.005Z',
        },
      ],
      next: 'further',
    });
  });

  it('come fifty at a time unless asked otherwise', async () => {
    const asked: unknown[] = [];
    const { url } = await openHttp({ doors: { listUsers: async (page) => (asked.push(page), { items: [], next: null }) } });

    const { body } = await answerTo(request(url).get('/api/v1/users').expect(200));

    expect(asked).toEqual([{ cursor: null, limit: 50 }]);
    expect(body).toEqual({ items: [], next: null });
  });

  it.each(['ada@example.com', "o'brien+x@example.com", "' OR '1'='1", '<b>@example.com', 'ünï@example.com'])('are found by the address %s, as it is', async (email) => {
    const asked: unknown[] = [];
    const { url } = await openHttp({ doors: { findUsersByEmail: async (given, page) => (asked.push([given, page]), { items: [ada], next: null }) } });

    await request(url).get('/api/v1/users').query({ email, limit: 1 }).expect(200);

    expect(asked).toEqual([[email, { cursor: null, limit: 1 }]]);
  });

  it('are found by id', async () => {
    const { url } = await openHttp({ doors: { findUser: async (id) => (id === ada.id ? ada : null) } });

    const { body } = await answerTo(request(url).get(`/api/v1/users/${ada.id}`).expect(200));

    expect(deviationsFrom('User', body)).toEqual([]);
    expect(body).toMatchObject({ id: ada.id, first_name: 'Ada' });
  });

  it('of a table without our columns are shown without them', async () => {
    const foreign: StoredUser = { ...ada, id: null, createdAtMicros: null, partition: null, offset: null, storedAtMs: null };
    const { url } = await openHttp({ doors: { listUsers: async () => ({ items: [foreign], next: null }) } });

    const { body } = await answerTo(request(url).get('/api/v1/users').expect(200));

    expect(body).toMatchObject({ items: [{ id: null, created_at: null, stored_at: null, first_name: 'Ada' }] });
  });
});

describe('runs', () => {
  const ids = ['11111111-1111-5111-8111-111111111111', '22222222-2222-5222-8222-222222222222', '33333333-3333-5333-8333-333333333333'] as const;
  const runs = new Map(ids.map((runId, index) => [runId, aRun({ runId, outcome: index === 1 ? 'failed' : index === 0 ? 'succeeded' : null })]));
  const waiting: RequestedRun = { requestId: 'request-1', requestedAtMs: T0, request: { count: 5, windowMs: null, rate: null, seed: null }, by: OPERATOR };
  const waitingId = manualRunId('userstream', 'request-1');
  const journal = { runs, requested: new Map([['request-1', waiting]]) };

  it('are listed newest first, those that nobody has claimed yet before the others', async () => {
    const { url } = await openHttp({ doors: { journal } });

    const { body } = await answerTo(request(url).get('/api/v1/runs').expect(200));

    expect(deviationsFrom('RunList', body)).toEqual([]);
    expect(idsOf(body)).toEqual([waitingId, ids[2], ids[1], ids[0]]);
    expect(body).toMatchObject({ next: null, items: [{ phase: 'requested', request: { count: 5, by: OPERATOR } }, { phase: 'running' }, { phase: 'ended' }, { phase: 'ended' }] });
  });

  it('are listed each once, page by page', async () => {
    const { url } = await openHttp({ doors: { journal } });
    const seen: string[] = [];

    let next: string | null = null;
    do {
      const { body } = await answerTo(request(url).get('/api/v1/runs').query({ limit: 1, ...(next === null ? {} : { cursor: next }) }).expect(200));
      seen.push(...idsOf(body));
      ({ next } = body as { next: string | null });
    } while (next !== null);

    expect(seen).toEqual([waitingId, ids[2], ids[1], ids[0]]);
  });

  it('are listed by outcome', async () => {
    const { url } = await openHttp({ doors: { journal } });

    const { body } = await answerTo(request(url).get('/api/v1/runs').query({ outcome: 'failed', limit: 1 }).expect(200));

    expect(idsOf(body)).toEqual([ids[1]]);
    expect((body as { next: unknown }).next).toBeNull();
  });

  it('are shown one by one: plan, attempts, progress, and how they ended', async () => {
    const failed = aRun({ runId: ids[1], outcome: 'failed', code: 'source.rate-limited', reason: 'the source answered 429', httpStatus: 429, finishedAtMs: T0 + 60_000 });
    const { url } = await openHttp({ doors: { journal: { runs: new Map([[ids[1], failed]]) } } });

    const { body, text } = await answerTo(request(url).get(`/api/v1/runs/${ids[1].toUpperCase()}`).expect(200));

    expect(deviationsFrom('Run', body)).toEqual([]);
    expect(body).toMatchObject({
      id: ids[1],
      phase: 'ended',
      outcome: 'failed',
      code: 'source.rate-limited',
      reason: 'the source answered 429',
      httpStatus: 429,
      finishedAt: '2026-06-01T00:01:00.000Z',
      plan: { seed: '0123456789abcdef', pageSize: 20, lastPage: 15, window: { start: '2026-06-01T00:00:00.000Z', end: '2026-06-01T00:10:00.000Z' } },
      progress: { page: 3, published: 60 },
      attempts: [{ instance: 'i1', outcome: null, progress: { published: 60 } }],
    });
    expect(text).not.toContain('of the source alone');
  });

  it('have their address before anybody has claimed them', async () => {
    const { url } = await openHttp({ doors: { journal } });

    const { body } = await answerTo(request(url).get(`/api/v1/runs/${waitingId}`).expect(200));

    expect(deviationsFrom('Run', body)).toEqual([]);
    expect(body).toMatchObject({ id: waitingId, phase: 'requested', plan: null });
  });

  it.each([
    ['nothing', {}, { count: null, windowMs: null, rate: null, seed: null }],
    ['a number of people', { count: 100 }, { count: 100, windowMs: null, rate: null, seed: null }],
    ['a window in words', { window: '60s' }, { count: null, windowMs: 60_000, rate: null, seed: null }],
    ['a window in minutes', { window: '1.5m' }, { count: null, windowMs: 90_000, rate: null, seed: null }],
    ['a window in seconds', { window: 30 }, { count: null, windowMs: 30_000, rate: null, seed: null }],
    ['the smallest rate', { rate: 0.000001 }, { count: null, windowMs: null, rate: 0.000001, seed: null }],
    ['a rate of six decimals', { rate: 999_999.123456 }, { count: null, windowMs: null, rate: 999_999.123456, seed: null }],
    ['rate and seed', { count: 1, rate: 0, seed: '0123456789abcdef' }, { count: 1, windowMs: null, rate: 0, seed: '0123456789abcdef' }],
  ] satisfies [string, object, RunRequest][])('can be asked for with %s', async (_, given, expected) => {
    const asked: unknown[] = [];
    const { url } = await openHttp({ doors: { requestRun: async (...args) => (asked.push(args), { requestId: 'request-1', runId: waitingId }), journal } });

    const answer = await request(url).post('/api/v1/runs').send({ ...given, reason: 'to see it work' }).expect(202);

    expect(asked).toEqual([[expected, OPERATOR]]);
    expect(deviationsFrom('RequestedRun', answer.body)).toEqual([]);
    expect(answer.body).toEqual({ requestId: 'request-1', runId: waitingId });
    await request(url).get(answer.headers['location'] ?? '').expect(200);
  });

  it('can be asked for without a body', async () => {
    const asked: unknown[] = [];
    const { url } = await openHttp({ doors: { requestRun: async (...args) => (asked.push(args), { requestId: 'r', runId: waitingId }) } });

    await request(url).post('/api/v1/runs').expect(202);

    expect(asked).toEqual([[{ count: null, windowMs: null, rate: null, seed: null }, { actor: 'operator', reason: null }]]);
  });
});

describe('processing', () => {
  it.each(['pause', 'resume'] as const)('%s is done in the name of the operator, and answers the state', async (order) => {
    const asked: unknown[] = [];
    const execute = async (...args: unknown[]) => (asked.push(args), { paused: order === 'pause', code: 'operator', by: OPERATOR, sinceMs: T0, breakerOffUpTo: { 0: 7 } });
    const { url } = await openHttp({ doors: { [order]: execute } });

    const { body } = await answerTo(request(url).post(`/api/v1/processing/${order}`).send({ reason: 'to see it work' }).expect(200));

    expect(asked).toEqual([[OPERATOR]]);
    expect(deviationsFrom('ProcessingControl', body)).toEqual([]);
    expect(body).toEqual({ paused: order === 'pause', code: 'operator', by: OPERATOR, since: '2026-06-01T00:00:00.000Z' });
  });
});

describe('dead letters', () => {
  const letter = (value: Buffer | null): ListedDeadLetter => ({
    letter: { id: 'd1', original: aForeignEvent(value, { partition: 1, offset: 9 }), stage: 'decode', reason: 'value.not-json', detail: null, group: 'userstream', deadAtMs: T0, truncation: null },
    position: { topic: 'users_created_dlq', partition: 1, offset: 2 },
    size: value?.length ?? 0,
  });

  it('are listed by place and reason, without what they held', async () => {
    const asked: unknown[] = [];
    const { url } = await openHttp({ doors: { listDeadLetters: async (page) => (asked.push(page), { items: [letter(Buffer.from('{ada@example.com'))], next: 'n' }) } });

    const { body, text } = await answerTo(request(url).get('/api/v1/dead-letters').query({ limit: 3 }).expect(200));

    expect(asked).toEqual([{ cursor: null, limit: 3, values: false }]);
    expect(deviationsFrom('DeadLetterList', body)).toEqual([]);
    expect(text).not.toContain('ada');
    expect(body).toMatchObject({ items: [{ reason: 'value.not-json', original: { topic: 'users_created', partition: 1, offset: 9 }, size: 16, truncated: false }], next: 'n' });
  });

  it.each([
    ['text', Buffer.from('{ada'), { encoding: 'utf8', data: '{ada' }],
    ['bytes that are no text', Buffer.from([0xff, 0x00]), { encoding: 'base64', data: '/wA=' }],
    ['nothing', null, null],
  ])('show what they held on demand: %s', async (_, value, expected) => {
    const { url } = await openHttp({ doors: { listDeadLetters: async () => ({ items: [letter(value)], next: null }) } });

    const { body } = await answerTo(request(url).get('/api/v1/dead-letters').query({ values: 'true' }).expect(200));

    expect(deviationsFrom('DeadLetterList', body)).toEqual([]);
    expect((body as { items: { value: unknown }[] }).items[0]?.value).toEqual(expected);
  });
});

describe('ledger and status', () => {
  const totals = { stored: 90, dead: 4, skipped: 1, unknown: 0, inFlight: 5, expired: 0, balanced: true };
  const ledger: Ledger = {
    topic: 'users_created',
    group: 'userstream',
    partitions: [{ partition: 0, first: 0, end: 100, committed: 95, tally: { began: 0, stored: 90, dead: 4, skipped: 1 }, ...totals }].map(({ stored: _s, dead: _d, skipped: _k, ...held }) => held),
    totals,
  };

  it('the ledger says where every event is', async () => {
    const { url } = await openHttp({ doors: { readLedger: async () => ledger } });

    const { body } = await answerTo(request(url).get('/api/v1/ledger').expect(200));

    expect(deviationsFrom('Ledger', body)).toEqual([]);
    expect(body).toEqual(ledger);
  });

  it('the status is the pipeline on one page', async () => {
    const { url } = await openHttp({ doors: { readLedger: async () => ledger } });

    const { body } = await answerTo(request(url).get('/api/v1/status').expect(200));

    expect(deviationsFrom('Status', body)).toEqual([]);
    expect(body).toMatchObject({ pipeline: 'userstream', lag: 5, ledger: totals, blocked: [], instances: [{ id: '0198c0de-0000-7000-8000-000000000001' }] });
  });
});

function aRun(given: Partial<RunState> = {}): RunState {
  const progress: Progress = { page: 3, cursor: 'of the source alone', fetched: 61, published: 60, rejected: { 'field.blank': 1 }, ranges: [{ partition: 0, first: 0, last: 59 }] };
  const plan: Plan = {
    source: { name: 'synthetic', parameters: { locale: 'de' } },
    seed: '0123456789abcdef',
    pageSize: 20,
    rate: 0.5,
    window: { startMs: T0, endMs: T0 + 600_000 },
    firstPage: 1,
    lastPage: 15,
    count: null,
    endsWithSource: false,
  };
  return {
    runId: '11111111-1111-5111-8111-111111111111',
    trigger: 'slot',
    requestId: null,
    plan,
    attempts: [{ claimId: 'c1', instance: 'i1', startedAtMs: T0, endedAtMs: null, outcome: null, progress }],
    progress,
    outcome: null,
    code: null,
    reason: null,
    httpStatus: null,
    claimedAtMs: T0,
    finishedAtMs: null,
    ...given,
  };
}

function idsOf(body: unknown): string[] {
  return (body as { items: { id: string }[] }).items.map(({ id }) => id);
}
