import { inspect } from 'node:util';
import { SystemClock } from '../../src/adapters/clock-system/system-clock.js';
import { RandomUserSource, type RandomUserSourceOptions } from '../../src/adapters/user-source-randomuser/random-user-source.js';
import { type PipelineError } from '../../src/domain/errors.js';
import { eventually } from '../support/eventually.js';
import { type RandomUserFault } from '../support/randomuser-faults.js';
import { startRandomUserStub, type RandomUserStub } from '../support/randomuser-stub.js';

const REQUEST = { runId: 'run', seed: 'c0ffee0123456789', page: 1, cursor: null, size: 20 };
const LIMITS = { wholeMs: 5_000, maxBodyBytes: 1_024 * 1_024 };
const SHORT: RandomUserSourceOptions = { limits: { wholeMs: 100 } };
const signal = new AbortController().signal;

describe('RandomUserSource, when the API fails', () => {
  let stub: RandomUserStub;
  const opened: RandomUserSource[] = [];

  beforeEach(async () => {
    stub = await startRandomUserStub();
  });
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((source) => source.close()));
    await stub.close();
  });

  function sourceOf(options: RandomUserSourceOptions = {}): RandomUserSource {
    const source = new RandomUserSource({ url: stub.url, limits: LIMITS, retry: { attempts: 1 }, ...options }, new SystemClock());
    opened.push(source);
    return source;
  }

  async function failureOf(fault: RandomUserFault, options?: RandomUserSourceOptions): Promise<PipelineError> {
    stub.failNext(fault);
    return sourceOf(options).fetchPage(REQUEST, signal).then(
      () => Promise.reject(new Error('it went well')),
      (error: PipelineError) => error,
    );
  }

  const UNAVAILABLE: { fault: RandomUserFault; code: string; options?: RandomUserSourceOptions }[] = [
    { fault: 'overloaded', code: 'source.overloaded' },
    { fault: { status: 500 }, code: 'source.server-error' },
    { fault: { status: 408 }, code: 'source.timeout' },
    { fault: 'rate-limited', code: 'source.rate-limited' },
    { fault: 'error-answer', code: 'source.error-answer' },
    { fault: 'empty-page', code: 'source.empty-page' },
    { fault: 'short-page', code: 'source.short-page' },
    { fault: 'long-page', code: 'source.long-page' },
    { fault: 'wrong-page', code: 'source.wrong-page' },
    { fault: { results: () => 'none' }, code: 'source.no-results' },
    { fault: 'html', code: 'source.not-json' },
    { fault: 'null', code: 'source.not-json' },
    { fault: 'truncated-json', code: 'source.not-json' },
    { fault: 'not-utf8', code: 'source.not-json' },
    { fault: { status: 204 }, code: 'source.not-json' },
    { fault: 'huge-body', code: 'source.too-large' },
    { fault: 'broken-off', code: 'source.broken-off' },
    { fault: 'reset', code: 'source.broken-off' },
    { fault: 'not-http', code: 'source.malformed' },
    { fault: 'silence', code: 'source.timeout', options: SHORT },
    { fault: 'silent-body', code: 'source.timeout', options: SHORT },
    { fault: 'slow-drip', code: 'source.timeout', options: SHORT },
  ];

  it.each(UNAVAILABLE)('takes $fault for $code, to be tried again, and tells nothing of the answer', async ({ fault, code, options }) => {
    const error = await failureOf(fault, options);
    expect(error).toMatchObject({ code, disposition: 'retry' });
    expect(stub.secrets.size).toBeGreaterThan(0);
    const told = inspect(error, { depth: Infinity, showHidden: true, maxStringLength: Infinity });
    for (const secret of stub.secrets) expect(told).not.toContain(secret);
    await eventually(() => expect(stub.open).toBe(0));
  });

  it.each([
    [{ status: 400 }, 'source.bad-request', 400],
    [{ status: 401 }, 'source.forbidden', 401],
    [{ status: 403 }, 'source.forbidden', 403],
    [{ status: 404 }, 'source.not-found', 404],
    [{ status: 410 }, 'source.not-found', 410],
    [{ status: 304 }, 'source.redirected', 304],
  ])('takes %j for %s, which somebody must put right', async (fault, code, httpStatus) => {
    expect(await failureOf(fault, { retry: { attempts: 4 } })).toMatchObject({ code, disposition: 'halt', httpStatus, remedy: expect.stringMatching(/RANDOMUSER_URL/) as string });
    expect(stub.requests).toHaveLength(1);
  });

  it.each([
    ['headers', 'silence', { headersMs: 60 }, 'UND_ERR_HEADERS_TIMEOUT'],
    ['the next piece of the body', 'silent-body', { idleMs: 60 }, 'UND_ERR_BODY_TIMEOUT'],
  ] as const)('has a limit of its own on waiting for %s', async (_what, fault, limits, text) => {
    const error = await failureOf(fault, { limits: { wholeMs: 20_000, ...limits } });
    expect(error.code).toBe('source.timeout');
    expect(error.message).toContain(text);
  });

  it('follows a redirect on the same host', async () => {
    stub.failNext({ redirectTo: `${stub.url}?seed=${REQUEST.seed}&page=1&results=20&inc=name,email,login` });
    expect((await sourceOf().fetchPage(REQUEST, signal)).users).toHaveLength(20);
  });

  it('follows no redirect to another host, and asks it nothing', async () => {
    const stranger = await startRandomUserStub();
    expect(await failureOf({ redirectTo: stranger.url })).toMatchObject({ code: 'source.redirected', disposition: 'halt' });
    expect(stranger.requests).toEqual([]);
    await stranger.close();
  });

  it('follows no circle', async () => {
    stub.failAlways({ redirectTo: stub.url });
    await expect(sourceOf().fetchPage(REQUEST, signal)).rejects.toMatchObject({ code: 'source.redirected' });
    expect(stub.requests).toHaveLength(4);
  });

  it.each(['http://127.0.0.1:1/api/', 'http://no-such-host.invalid/api/'])('says that %s cannot be reached', async (url) => {
    await expect(sourceOf({ url, limits: { wholeMs: 20_000 } }).fetchPage(REQUEST, signal)).rejects.toMatchObject({ code: 'source.unreachable', disposition: 'retry' });
  });

  it('tries again by itself and then gives the page, each person once', async () => {
    for (const fault of ['reset', 'short-page', 'error-answer'] as const) stub.failNext(fault);
    const page = await sourceOf({ retry: { attempts: 4, baseMs: 1 } }).fetchPage(REQUEST, signal);
    expect(page.users.map(({ user }) => user.id)).toEqual(stub.served[0]?.records.map(({ login }) => login.uuid));
    expect(stub.requests).toHaveLength(4);
  });

  it('knows whether the API answers, without a retry and within the given time', async () => {
    expect(await sourceOf().reachable(signal)).toBe(true);
    stub.failNext('html');
    expect(await sourceOf().reachable(signal)).toBe(false);
    stub.failNext('overloaded');
    expect(await sourceOf().reachable(signal)).toBe(false);
    stub.failNext('silence');
    expect(await sourceOf({ limits: { wholeMs: 20_000 } }).reachable(AbortSignal.timeout(50))).toBe(false);
    expect(stub.requests).toHaveLength(4);
    await eventually(() => expect(stub.open).toBe(0));
  });
});
