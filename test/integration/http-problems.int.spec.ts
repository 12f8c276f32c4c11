import { connect } from 'node:net';
import { Logger } from '@nestjs/common';
import { jest } from '@jest/globals';
import request from 'supertest';
import { DamagedDataError, DataLockedError, DiskFullError } from '../../src/domain/errors.js';
import { PlanTooLargeError } from '../../src/modules/ingestion/index.js';
import { InvalidDeadLetterCursorError } from '../../src/modules/processing/index.js';
import { NotAddressedByIdError } from '../../src/modules/storage/index.js';
import { BusUnavailableError } from '../../src/ports/event-bus.errors.js';
import { InvalidCursorError, QueryNotSupportedError, RepositoryUnavailableError } from '../../src/ports/user-repository.port.js';
import { closeHttp, deviationsFrom, openHttp, type Doors } from '../support/http-application.js';

const UNKNOWN_ID = '0198c0de-0000-7000-8000-0000000000ff';

/** Of an application whose doors answer nothing: what is refused never reaches one. */
let url: string;

beforeAll(async () => {
  ({ url } = await openHttp());
});
afterEach(() => {
  jest.restoreAllMocks();
});
afterAll(closeHttp);

/** The answer is problem details, whole, and tells nothing of our insides. */
function expectProblem(answer: request.Response, expected: object): void {
  expect(answer.headers['content-type']).toBe('application/problem+json');
  expect(deviationsFrom('Problem', answer.body)).toEqual([]);
  expect(answer.body).toMatchObject({ status: answer.status, ...expected });
  expect(answer.text).not.toMatch(/"stack"|node_modules|\.ts:\d|\.js:\d/);
}

const rejecting = (error: Error) => async (): Promise<never> => {
  throw error;
};

describe('400', () => {
  it.each([
    ['a limit of none', { limit: '0' }, 'limit'],
    ['a limit of too many', { limit: '501' }, 'limit'],
    ['a limit that is no number', { limit: 'ten' }, 'limit'],
    ['half a limit', { limit: '1.5' }, 'limit'],
    ['an empty address', { email: '' }, 'email'],
    ['an endless address', { email: 'a'.repeat(321) }, 'email'],
    ['two addresses', { email: ['a@example.com', 'b@example.com'] }, 'email'],
    ['an endless cursor', { cursor: 'a'.repeat(2_049) }, 'cursor'],
    ['a parameter that nobody knows', { order: 'desc' }, 'order'],
    ['a parameter by the name of what every object has', { constructor: '1' }, 'constructor'],
    ['SQL as a parameter', { "1' OR '1'='1": 'x' }, "1' OR '1'='1"],
  ])('for %s in a list of users', async (_, query, field) => {
    const answer = await request(url).get('/api/v1/users').query(query).expect(400);

    expectProblem(answer, { code: 'request.invalid', instance: '/api/v1/users' });
    expect((answer.body as { errors: { field: string }[] }).errors.map((error) => error.field)).toContain(field);
  });

  it.each([
    ['a count of none', { count: 0 }, 'count'],
    ['a count of null', { count: null }, 'count'],
    ['a reason of null', { reason: null }, 'reason'],
    ['a reason of two lines', { reason: 'a\nERROR forged' }, 'reason'],
    ['a reason that colours the terminal', { reason: 'a\u001b[31mred' }, 'reason'],
    ['a reason of the line breaks of Unicode', { reason: 'a\u2028b' }, 'reason'],
    ['a reason with half a character', { reason: 'a\ud800' }, 'reason'],
    ['half a person', { count: 1.5 }, 'count'],
    ['a count as text', { count: '10' }, 'count'],
    ['a count beyond all measure', { count: 1e12 }, 'count'],
    ['a negative rate', { rate: -1 }, 'rate'],
    ['a rate that is no number', { rate: 'fast' }, 'rate'],
    ['a rate of seven decimals', { rate: 0.1234567 }, 'rate'],
    ['a rate so small that it is written with an exponent', { count: 1, rate: 1e-9 }, 'rate'],
    ['such a rate with a fraction', { count: 1, rate: 1.5e-7 }, 'rate'],
    ['such a rate below none', { count: 1, rate: -1e-9 }, 'rate'],
    ['a rate beyond all measure', { count: 1, rate: 1e300 }, 'rate'],
    ['a window without a length', { window: '0s' }, 'window'],
    ['a window of an unknown unit', { window: '5 fortnights' }, 'window'],
    ['a window longer than a day', { window: '25h' }, 'window'],
    ['a window that is a list', { window: ['60s'] }, 'window'],
    ['both a count and a window', { count: 10, window: '60s' }, 'window'],
    ['a short seed', { seed: 'abc' }, 'seed'],
    ['a seed with SQL', { seed: "'; DROP TABLE --" }, 'seed'],
    ['an empty reason', { reason: '' }, 'reason'],
    ['an endless reason', { reason: 'a'.repeat(501) }, 'reason'],
    ['a reason that is no text', { reason: { $ne: '' } }, 'reason'],
    ['a key that nobody knows', { count: 1, source: 'file' }, 'source'],
  ])('for %s in a run', async (_, body, field) => {
    const answer = await request(url).post('/api/v1/runs').send(body).expect(400);

    expectProblem(answer, { code: 'request.invalid' });
    expect((answer.body as { errors: { field: string }[] }).errors.map((error) => error.field)).toContain(field);
  });

  it('tells every fault at once, and quotes no value', async () => {
    const answer = await request(url).post('/api/v1/runs').send({ count: 'hunter2', rate: 'hunter3', seed: 'hunter4' }).expect(400);

    expect(new Set((answer.body as { errors: { field: string }[] }).errors.map(({ field }) => field))).toEqual(new Set(['count', 'rate', 'seed']));
    expect(answer.text).not.toContain('hunter');
  });

  it.each([
    ['/api/v1/users?limit=abc', null, [{ field: 'limit', detail: 'limit must be an integer number' }]],
    ['/api/v1/users?__proto__=1', null, [{ field: '__proto__', detail: 'is not known here' }]],
    ['/api/v1/runs', { count: '5' }, [{ field: 'count', detail: 'count must be an integer number' }]],
    ['/api/v1/runs', { rate: 'fast' }, [{ field: 'rate', detail: 'rate must be a number of at most 6 decimals' }]],
    ['/api/v1/runs', { reason: 7 }, [{ field: 'reason', detail: 'reason must be a string' }]],
    ['/api/v1/runs', { window: 'soon', count: 1 }, [{ field: 'window', detail: 'window must be seconds, or a text such as 60s, 10m, 1h' }]],
  ])('tells of %s with %j one fault a value, its type first', async (path, body, errors) => {
    const answer = await (body === null ? request(url).get(path) : request(url).post(path).send(body)).expect(400);

    expectProblem(answer, { code: 'request.invalid', errors });
  });

  it.each(['['.repeat(30_000) + ']'.repeat(30_000), `{"reason":${'['.repeat(30_000)}${']'.repeat(30_000)}}`, `{"a":${'{"a":'.repeat(9_000)}1${'}'.repeat(9_000)}}`])('for the bottomless body %.14s', async (body) => {
    const answer = await request(url).post('/api/v1/runs').set('Content-Type', 'application/json').send(body).expect(400);

    expectProblem(answer, { code: 'request.invalid' });
  });

  it('for a body that is not UTF-8', async () => {
    const post = request(url).post('/api/v1/runs').set('Content-Type', 'application/json');
    post.write(Buffer.concat([Buffer.from('{"reason":"'), Buffer.from([0xc3, 0x28]), Buffer.from('"}')]));

    expectProblem(await post.expect(400), { code: 'request.malformed' });
  });

  it.each(['{', '{"count":1', '{"count":NaN}', 'count=1', '"text"', '7', 'null', '[', '\u0000'])('for the malformed body %j', async (body) => {
    const answer = await request(url).post('/api/v1/runs').set('Content-Type', 'application/json').send(body).expect(400);

    expectProblem(answer, { code: 'request.malformed' });
  });

  it.each([[[]], [[{ count: 1 }]]])('for the list %j as body', async (body) => {
    const answer = await request(url).post('/api/v1/runs').send(body).expect(400);

    expectProblem(answer, { code: 'request.invalid', detail: 'The body must be a JSON object.' });
  });

  it.each(['{"__proto__":{"polluted":true}}', '{"__proto__":{"count":1}}', '{"constructor":{"prototype":{"polluted":true}}}', '{"count":1,"toString":1}', '{"count":1,"toRequest":1}', '{"constructor":{}}'])('does not let %s touch a prototype, nor reach a door', async (body) => {
    const asked: unknown[] = [];
    const { url } = await openHttp({ doors: { requestRun: async (run) => (asked.push(run), { requestId: 'r', runId: UNKNOWN_ID }) } });

    const answer = await request(url).post('/api/v1/runs').set('Content-Type', 'application/json').send(body).expect(400);

    expectProblem(answer, { code: 'request.invalid', errors: [{ detail: 'is not known here' }] });
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    expect(asked).toEqual([]);
  });

  it('for an address that is not well-formed', async () => {
    expectProblem(await request(url).get('/api/v1/users/%FF%zz').expect(400), { code: 'request.malformed' });
  });

  it.each(['not-a-uuid', "' OR 1=1 --", '<script>alert(1)</script>', '..%2f..%2fetc%2fpasswd', 'a'.repeat(4_000)])('for %.30s as the id of a run', async (id) => {
    const answer = await request(url).get(`/api/v1/runs/${encodeURIComponent(id)}`).expect(400);

    expectProblem(answer, { code: 'request.invalid', errors: [{ field: 'id', detail: 'id must be a UUID' }] });
  });

  it('for an endless id of a user', async () => {
    expectProblem(await request(url).get(`/api/v1/users/${'a'.repeat(257)}`).expect(400), { code: 'request.invalid' });
  });

  it.each([
    ['users', { listUsers: rejecting(new InvalidCursorError('not a cursor of this table')) }, 'repository.invalid-cursor'],
    ['dead-letters', { listDeadLetters: rejecting(new InvalidDeadLetterCursorError('not a cursor of this list')) }, 'dead-letters.invalid-cursor'],
    ['runs', {}, 'request.invalid-cursor'],
  ] satisfies [string, Doors, string][])('for a cursor that the list of %s did not give', async (list, doors, code) => {
    const { url } = await openHttp({ doors });

    expectProblem(await request(url).get(`/api/v1/${list}`).query({ cursor: 'Zm9yZ2Vk' }).expect(400), { code });
  });

  it.each(['', '%00', "'; DROP TABLE runs; --", '../../etc/passwd', Buffer.from(UNKNOWN_ID).toString('base64url')])('for the cursor %j of a list of runs', async (cursor) => {
    expectProblem(await request(url).get('/api/v1/runs').query({ cursor }).expect(400), { code: 'request.invalid-cursor' });
  });

  it('for an outcome that no run has', async () => {
    expectProblem(await request(url).get('/api/v1/runs').query({ outcome: 'toString' }).expect(400), { code: 'request.invalid' });
  });

  it('for a values that is neither true nor false', async () => {
    expectProblem(await request(url).get('/api/v1/dead-letters').query({ values: 'yes' }).expect(400), { code: 'request.invalid' });
  });
});

describe('404', () => {
  it.each([
    ['a run that nobody knows', `/api/v1/runs/${UNKNOWN_ID}`, 'request.not-found'],
    ['a user whom nobody knows', `/api/v1/users/${UNKNOWN_ID}`, 'request.not-found'],
    ['an address where nothing is', '/api/v1/people', 'request.no-such-route'],
    ['another version', '/api/v2/users', 'request.no-such-route'],
    ['a path that wants out', '/docs/..%2f..%2fpackage.json', 'request.no-such-route'],
    ['a path with HTML', '/%3Cscript%3Ealert(1)%3C/script%3E', 'request.no-such-route'],
  ])('for %s', async (_, path, code) => {
    const { url } = await openHttp({ doors: { findUser: async () => null } });

    expectProblem(await request(url).get(path).expect(404), { code });
  });

  it('names the path, and not the query, which may name people', async () => {
    const answer = await request(url).get('/nowhere?email=ada@example.com').expect(404);

    expectProblem(answer, { instance: '/nowhere' });
    expect(answer.text).not.toContain('ada');
  });
});

describe('405', () => {
  it.each([
    ['delete', '/api/v1/users', 'GET, HEAD'],
    ['put', '/api/v1/runs', 'GET, HEAD, POST'],
    ['patch', `/api/v1/users/${UNKNOWN_ID}`, 'GET, HEAD'],
    ['get', '/api/v1/processing/pause', 'POST'],
  ] as const)('for %s on %s, with what it takes', async (method, path, allow) => {
    const answer = await request(url)[method](path).expect(405);

    expectProblem(answer, { code: 'request.method-not-allowed' });
    expect(answer.headers['allow']).toBe(allow);
  });
});

describe('409', () => {
  it('for an id in a table whose rows are addressed otherwise', async () => {
    const { url } = await openHttp({ doors: { findUser: rejecting(new NotAddressedByIdError('addressed by last_name, email', { remedy: 'ask by email address' })) } });

    const answer = await request(url).get(`/api/v1/users/${UNKNOWN_ID}`).expect(409);

    expectProblem(answer, { code: 'storage.not-addressed-by-id', remedy: 'ask by email address' });
  });
});

describe('413', () => {
  it('for a body beyond 64 KiB', async () => {
    const answer = await request(url).post('/api/v1/runs').send({ reason: 'a'.repeat(64 * 1_024) }).expect(413);

    expectProblem(answer, { code: 'request.too-large' });
  });
});

describe('415', () => {
  it.each([
    ['a form', 'application/x-www-form-urlencoded', 'count=1'],
    ['text, as a form of another site could send', 'text/plain', '{"count":1}'],
    ['another encoding', 'application/json; charset=utf-16', '{"count":1}'],
    ['XML', 'application/xml', '<count>1</count>'],
    ['JSON by a similar name', 'application/jsonx', '{"count":1}'],
  ])('for %s', async (_, type, body) => {
    expectProblem(await request(url).post('/api/v1/runs').set('Content-Type', type).send(body).expect(415), { code: 'request.not-json' });
  });

  it('for a compressed body, which could be a bomb', async () => {
    const answer = await request(url).post('/api/v1/runs').set({ 'Content-Type': 'application/json', 'Content-Encoding': 'gzip' }).send('{"count":1}');

    expectProblem(answer, { status: 415, code: 'request.not-json' });
  });

  it('but takes JSON with its charset named', async () => {
    const { url } = await openHttp({ doors: { requestRun: async () => ({ requestId: 'r', runId: UNKNOWN_ID }) } });

    await request(url).post('/api/v1/runs').set('Content-Type', 'application/json; charset=UTF-8').send('{"count":1}').expect(202);
  });
});

describe('422', () => {
  it('for a run beyond what its source can tell apart', async () => {
    const { url } = await openHttp({ doors: { requestRun: rejecting(new PlanTooLargeError('the run would take 20000 pages', { remedy: 'set a larger INGEST_PAGE_SIZE' })) } });

    const answer = await request(url).post('/api/v1/runs').send({ count: 1_000_000 }).expect(422);

    expectProblem(answer, { code: 'run.plan-too-large', remedy: 'set a larger INGEST_PAGE_SIZE' });
  });
});

describe('500', () => {
  it('tells an id that is also in the log, and nothing else', async () => {
    const { url } = await openHttp({ doors: { listUsers: rejecting(new TypeError("cannot read 'ada@example.com' of undefined")) } });
    const logged = jest.spyOn(Logger.prototype, 'error').mockImplementation(() => undefined);

    const answer = await request(url).get('/api/v1/users?limit=7').expect(500);

    expectProblem(answer, { code: 'unexpected' });
    expect(answer.text).not.toMatch(/ada@example|undefined|TypeError/);
    const { errorId } = answer.body as { errorId: string };
    expect(logged).toHaveBeenCalledWith(expect.stringContaining(errorId), expect.stringContaining('TypeError'));
  });

  it('for what a person must see to, in its words', async () => {
    const { url } = await openHttp({ doors: { listUsers: rejecting(new DamagedDataError('table.db is damaged', { remedy: 'restore it from a backup' })) } });

    expectProblem(await request(url).get('/api/v1/users').expect(500), { code: 'data.damaged', remedy: 'restore it from a backup' });
  });
});

describe('501', () => {
  it('for a question that the table has no index for, with the remedy', async () => {
    const { url } = await openHttp({ doors: { findUsersByEmail: rejecting(new QueryNotSupportedError('no index on email', { remedy: 'CREATE INDEX …' })) } });

    const answer = await request(url).get('/api/v1/users').query({ email: 'ada@example.com' }).expect(501);

    expectProblem(answer, { code: 'repository.query-not-supported', remedy: 'CREATE INDEX …' });
  });
});

describe('503', () => {
  it.each([
    ['the table is away', new RepositoryUnavailableError('the table is away')],
    ['the bus is away', new BusUnavailableError('the log is away')],
    ['the file is locked', new DataLockedError('table.db is being written by another process')],
    ['the disk is full', new DiskFullError('the disk has no room')],
  ])('while %s, with when to ask again', async (_, error) => {
    const { url } = await openHttp({ doors: { listUsers: rejecting(error) } });

    const answer = await request(url).get('/api/v1/users').expect(503);

    expectProblem(answer, { code: error.code });
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
  });
});

describe('HEAD and OPTIONS', () => {
  it('HEAD answers as GET does, without a body', async () => {
    const { url } = await openHttp({ doors: { findUser: async () => null, listUsers: async () => ({ items: [], next: null }) } });

    expect((await request(url).head('/api/v1/users').expect(200)).text).toBeFalsy();
    const missing = await request(url).head(`/api/v1/users/${UNKNOWN_ID}`).expect(404);
    expect(missing.headers['content-type']).toBe('application/problem+json');
    expect(missing.text).toBeFalsy();
  });

  it('OPTIONS names the methods and grants nothing to other origins', async () => {
    const answer = await request(url).options('/api/v1/runs').set({ Origin: 'https://elsewhere.example', 'Access-Control-Request-Method': 'POST' });

    expect(answer.headers['allow']?.split(/, ?/)).toEqual(expect.arrayContaining(['GET', 'POST']));
    expect(Object.keys(answer.headers).filter((header) => header.startsWith('access-control-'))).toEqual([]);
  });
});

describe('what is no HTTP', () => {
  it.each([
    [400, 'request.malformed', 'nonsense\r\n\r\n'],
    [431, 'request.headers-too-large', `GET / HTTP/1.1\r\nHost: here\r\nX: ${'a'.repeat(20_000)}\r\n\r\n`],
  ])('is answered with %d and problem details, and the connection is closed', async (status, code, sent) => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.write(sent);
    const chunks: Buffer[] = [];
    for await (const chunk of socket) chunks.push(chunk as Buffer);

    const [head = '', body = ''] = Buffer.concat(chunks).toString().split('\r\n\r\n');
    expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} .*Content-Type: application/problem\\+json`, 's'));
    expect(JSON.parse(body)).toMatchObject({ status, code });
    expect(deviationsFrom('Problem', JSON.parse(body))).toEqual([]);
  });
});

describe('every answer', () => {
  it.each(['/health/live', '/api/v1/users', '/nowhere'])('to %s carries the headers that protect it', async (path) => {
    const { url } = await openHttp({ doors: { listUsers: async () => ({ items: [], next: null }) } });

    const { headers } = await request(url).get(path);

    expect(headers['x-powered-by']).toBeUndefined();
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['content-security-policy']).toContain("default-src 'self'");
    expect(headers['cache-control']).toContain('no-store');
  });

  it('leaves a connection that sends no request', async () => {
    const { app, url } = await openHttp();
    const { headersTimeout, requestTimeout } = app.getHttpServer() as { headersTimeout: number; requestTimeout: number };
    expect([headersTimeout, requestTimeout]).toEqual([10_000, 30_000]);

    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    await new Promise((resolve) => socket.once('connect', resolve));
    await app.close();
    await new Promise((resolve) => socket.once('close', resolve).resume());
  });
});
