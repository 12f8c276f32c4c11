import { RANDOM_USER_URL, RandomUserSource, type RandomUserSourceOptions } from '../../../../src/adapters/user-source-randomuser/random-user-source.js';
import { RandomUserProbe } from '../../../../src/adapters/user-source-randomuser/random-user.probe.js';
import { HastyClock } from '../../../support/hasty-clock.js';
import { startRandomUserStub, type RandomUserStub } from '../../../support/randomuser-stub.js';

const WHOLE_MS = 123_456_789;
const REQUEST = { runId: 'run', seed: 'c0ffee0123456789', page: 3, cursor: null, size: 5 };
const signal = new AbortController().signal;

describe('RandomUserSource', () => {
  let stub: RandomUserStub;
  let clock: HastyClock;
  let source: RandomUserSource;

  beforeEach(async () => {
    stub = await startRandomUserStub();
    clock = new HastyClock(WHOLE_MS);
    source = sourceOf();
  });
  afterEach(async () => {
    await source.close();
    await stub.close();
  });

  function sourceOf(options: RandomUserSourceOptions = {}): RandomUserSource {
    return new RandomUserSource({ url: stub.url, random: () => 0.5, limits: { wholeMs: WHOLE_MS }, ...options }, clock);
  }
  const fetchPage = () => source.fetchPage(REQUEST, signal);
  const codes = async (times: number) => {
    const found: unknown[] = [];
    for (let time = 0; time < times; time += 1) found.push(await fetchPage().then(() => 'well', (error: { code: string }) => error.code));
    return found;
  };

  it('asks for seed, page, results and the needed parts', async () => {
    await fetchPage();
    expect(stub.requests).toEqual([{ seed: REQUEST.seed, page: 3, results: 5, inc: 'name,email,login' }]);
  });

  it('tries four times, waiting up to twice as long each time, with full jitter', async () => {
    stub.failAlways('overloaded');
    await expect(fetchPage()).rejects.toMatchObject({ code: 'source.overloaded', httpStatus: 503 });
    expect(stub.requests).toHaveLength(4);
    expect(clock.waits).toEqual([125, 250, 500]);
  });

  it('waits as long as a 503 asks for, and never less', async () => {
    stub.failNext({ status: 503, retryAfter: '3' });
    await fetchPage();
    expect(clock.waits).toEqual([3_125]);
  });

  it('waits as long as a 429 asks for if that is short', async () => {
    stub.failNext({ status: 429, retryAfter: '2' });
    await fetchPage();
    expect(clock.waits).toEqual([2_125]);
    expect(stub.requests).toHaveLength(2);
  });

  it('reads an HTTP date by its own clock', async () => {
    stub.failNext({ status: 429, retryAfter: new Date(clock.now() + 40_000).toUTCString() });
    await expect(fetchPage()).rejects.toMatchObject({ code: 'source.rate-limited', retryAfterMs: 40_000 });
  });

  it('asks nothing until a long pause is over, whoever calls, and says how long that is', async () => {
    stub.failNext({ status: 429, retryAfter: '60' });
    await expect(fetchPage()).rejects.toMatchObject({ code: 'source.rate-limited', disposition: 'retry', retryAfterMs: 60_000, httpStatus: 429 });
    clock.pass(50_000);
    await expect(fetchPage()).rejects.toMatchObject({ code: 'source.rate-limited', retryAfterMs: 10_000 });
    expect(stub.requests).toHaveLength(1);
    clock.pass(10_000);
    expect((await fetchPage()).users).toHaveLength(5);
    expect(clock.waits).toEqual([]);
  });

  it('makes its own pause for a 429 that does not say, longer each time up to the five minutes of the limit', async () => {
    stub.failNext('rate-limited', 6);
    const pauses: unknown[] = [];
    for (let time = 0; time < 6; time += 1) {
      const { retryAfterMs } = await fetchPage().then(() => Promise.reject(new Error('well')), (error: { retryAfterMs: number }) => error);
      pauses.push(retryAfterMs);
      clock.pass(retryAfterMs);
    }
    expect(pauses).toEqual([22_500, 45_000, 90_000, 180_000, 225_000, 225_000]);
    await fetchPage();
    stub.failNext('rate-limited');
    await expect(fetchPage()).rejects.toMatchObject({ retryAfterMs: 22_500 });
  });

  it('believes no Retry-After of more than an hour', async () => {
    stub.failNext({ status: 429, retryAfter: '31536000' });
    await expect(fetchPage()).rejects.toMatchObject({ retryAfterMs: 3_600_000 });
  });

  it('leaves a server alone that failed eight times in a row, then tries once', async () => {
    stub.failAlways('reset');
    expect(await codes(3)).toEqual(['source.broken-off', 'source.broken-off', 'source.circuit-open']);
    expect(stub.requests).toHaveLength(8);
    clock.pass(10_000);
    expect(await codes(2)).toEqual(['source.broken-off', 'source.circuit-open']);
    expect(stub.requests).toHaveLength(9);
    stub.recover();
    clock.pass(10_000);
    expect(await codes(1)).toEqual(['well']);
    expect(source.condition.circuit).toBe('closed');
  });

  it('does not count refusals and pauses as failures of the server', async () => {
    stub.failNext({ status: 404 }, 10);
    expect(await codes(10)).toEqual(Array(10).fill('source.not-found'));
    expect(source.condition.circuit).toBe('closed');
  });

  it('shows its probe what the last fetch met, since when, and what to do', async () => {
    const probe = new RandomUserProbe(source);
    const start = clock.now();
    expect(await probe.check()).toEqual({ name: 'user-source', status: 'up', code: null, reason: null, sinceMs: start, suggestion: null });
    clock.pass(1_000);
    stub.failAlways('overloaded');
    await codes(3);
    expect(await probe.check()).toMatchObject({ status: 'degraded', code: 'source.overloaded', reason: expect.stringContaining('circuit open') as string, sinceMs: start + 1_875 });
    clock.pass(10_000);
    stub.failAlways({ status: 403 });
    await codes(1);
    expect(await probe.check()).toMatchObject({ status: 'down', code: 'source.forbidden', suggestion: expect.stringContaining('USER_SOURCE=synthetic') as string });
    stub.recover();
    clock.pass(10_000);
    await codes(1);
    expect(await probe.check()).toMatchObject({ status: 'up', code: null, sinceMs: clock.now() });
  });

  it('keeps the query of its address, and names address and fields in its spec', async () => {
    const other = sourceOf({ url: `${stub.url}?nat=de,fr&seed=mine`, fields: ['phone'] });
    expect(other.spec).toEqual({ name: 'randomuser', parameters: { url: `${stub.url}?nat=de,fr&seed=mine`, fields: 'first_name,last_name,email,phone' } });
    await other.fetchPage(REQUEST, signal);
    expect(stub.requests).toEqual([{ seed: REQUEST.seed, page: 3, results: 5, inc: 'name,email,login,phone' }]);
    await other.close();
  });

  it('asks the public API, its version pinned, unless told otherwise', () => {
    expect(RANDOM_USER_URL).toBe('https://randomuser.me/api/1.4/');
    expect(new RandomUserSource({}, clock).spec.parameters['url']).toBe(RANDOM_USER_URL);
  });

  it.each(['nonsense', 'ftp://example.com/', 'http://ada:hush@example.com/api/'])('refuses the address %s without repeating it', (url) => {
    let thrown: unknown;
    try {
      sourceOf({ url });
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toMatchObject({ code: 'source.invalid-url', disposition: 'halt', message: expect.not.stringContaining(url) as string });
    expect(String(thrown)).not.toContain('hush');
  });

  it('refuses a field that the API does not have, such as a password', () => {
    expect(() => sourceOf({ fields: ['password'] })).toThrow(expect.objectContaining({ code: 'source.unknown-field' }) as Error);
  });
});
