import { PipelineError } from '../../domain/errors.js';
import { type SourceSpec } from '../../domain/run.js';
import { withCoreFields } from '../../domain/user.js';
import { type Clock } from '../../ports/clock.port.js';
import { SourceRefusedError, SourceUnavailableError, UserSource, type Page, type PageRequest } from '../../ports/user-source.port.js';
import { fullJitterMs, type BackoffLimits, type Random } from '../shared/backoff.js';
import { CircuitBreaker, CircuitOpenError, type CircuitBreakerOptions, type CircuitState } from '../shared/circuit-breaker.js';
import { HttpClient, type HttpLimits } from '../shared/http-client.js';
import { retrying } from '../shared/retry.js';
import { isAnswer, peopleOf } from './random-user-answer.js';
import { failureOfStatus, sourceFailureOf } from './random-user-failures.js';
import { incOf, RANDOM_USER_FIELDS, unknownFields } from './random-user-fields.js';
import { RateLimit } from './rate-limit.js';

/** The public API, its version pinned: another version's people are others. */
export const RANDOM_USER_URL = 'https://randomuser.me/api/1.4/';

export interface RandomUserSourceOptions {
  /** http or https, without credentials; its own query parameters (such as `nat=de,fr`) are kept. Default: the public API. */
  readonly url?: string;
  /** The fields of each user; the core three always are. */
  readonly fields?: readonly string[];
  readonly limits?: Partial<HttpLimits>;
  readonly retry?: Partial<BackoffLimits & { readonly attempts: number }>;
  readonly breaker?: Partial<CircuitBreakerOptions>;
  readonly random?: Random;
}

/** How the last call of a source went; `failure` is null after one that went well, and before the first. */
export interface RandomUserCondition {
  readonly failure: PipelineError | null;
  /** Milliseconds since 1970 since when it has been failing in this way, or well. */
  readonly sinceMs: number;
  readonly circuit: CircuitState;
}

const LIMITS: HttpLimits = { connectMs: 5_000, headersMs: 15_000, idleMs: 10_000, wholeMs: 30_000, maxBodyBytes: 32 * 1_024 * 1_024 };
const RETRY = { attempts: 4, baseMs: 250, maxMs: 5_000 };
const BREAKER: CircuitBreakerOptions = { failures: 8, openMs: 10_000 };

/** People of the RandomUser API, or of a server that speaks like it. */
export class RandomUserSource extends UserSource {
  readonly spec: SourceSpec;
  readonly extent = 'endless';
  readonly repeatable = true;
  /** A page over 10,000 becomes page 1, and more than 5,000 results become one. */
  readonly maxPages = 10_000;
  readonly maxPageSize = 5_000;

  private readonly url: URL;
  private readonly fields: readonly string[];
  private readonly http: HttpClient;
  private readonly retry: typeof RETRY;
  private readonly random: Random;
  private readonly breaker: CircuitBreaker;
  private readonly rateLimit: RateLimit;
  private last: { readonly failure: PipelineError | null; readonly sinceMs: number };

  /** @throws SourceRefusedError - an address or a field that cannot be. */
  constructor(
    options: RandomUserSourceOptions,
    private readonly clock: Clock,
  ) {
    super();
    this.url = checkedUrl(options.url ?? RANDOM_USER_URL);
    this.fields = checkedFields(options.fields ?? []);
    this.spec = { name: 'randomuser', parameters: { url: this.url.href, fields: this.fields.join(',') } };
    this.random = options.random ?? Math.random;
    this.retry = { ...RETRY, ...options.retry };
    this.http = new HttpClient({ ...LIMITS, ...options.limits }, clock);
    this.breaker = new CircuitBreaker({ ...BREAKER, ...options.breaker }, clock);
    this.rateLimit = new RateLimit(clock, this.random);
    this.last = { failure: null, sinceMs: clock.now() };
  }

  /** The source that a plan names. */
  static of(spec: SourceSpec, clock: Clock): RandomUserSource {
    const { url, fields } = spec.parameters;
    return new RandomUserSource({ ...(url === undefined ? {} : { url: String(url) }), ...(fields === undefined ? {} : { fields: String(fields).split(',') }) }, clock);
  }

  get condition(): RandomUserCondition {
    return { ...this.last, circuit: this.breaker.state };
  }

  async fetchPage(request: PageRequest, signal: AbortSignal): Promise<Page> {
    signal.throwIfAborted();
    this.checkRequest(request);
    try {
      const page = await retrying(() => this.attempt(request, signal), (error, attempt) => this.delayMs(error, attempt), this.clock, signal);
      this.remember(null);
      return page;
    } catch (error) {
      if (error instanceof PipelineError && !(error.cause instanceof CircuitOpenError)) this.remember(error);
      throw error;
    }
  }

  /** Whether the API answers at all: one small request, no retries, never throws. Give it a signal that ends. */
  async reachable(signal: AbortSignal): Promise<boolean> {
    try {
      const answer = await this.http.get(this.address({ results: 1, inc: 'gender' }), signal);
      return failureOfStatus(answer, this.clock.now()) === undefined && isAnswer(answer.body);
    } catch {
      return false;
    }
  }

  /** Lets the connections go. */
  close(): Promise<void> {
    return this.http.close();
  }

  private async attempt(request: PageRequest, signal: AbortSignal): Promise<Page> {
    this.rateLimit.check();
    try {
      return await this.breaker.run(() => this.ask(request, signal), isFailureOfTheirs);
    } catch (error) {
      throw signal.aborted ? error : sourceFailureOf(error, this.url.host);
    }
  }

  private async ask(request: PageRequest, signal: AbortSignal): Promise<Page> {
    const { seed, page, size } = request;
    const answer = await this.http.get(this.address({ seed, page, results: size, inc: incOf(this.fields) }), signal);
    const fetchedAtMs = this.clock.now();
    const failure = failureOfStatus(answer, fetchedAtMs);
    if (failure instanceof SourceUnavailableError && failure.httpStatus === 429) throw this.rateLimit.hit(failure.retryAfterMs);
    if (failure !== undefined) throw failure;
    const people = peopleOf(answer.body, request, this.fields);
    this.rateLimit.passed();
    return { ...people, next: null, fetchedAtMs };
  }

  /** How long to wait before the next attempt; null once it would no longer be polite, or would not help. */
  private delayMs(error: unknown, attempt: number): number | null {
    if (!(error instanceof SourceUnavailableError) || attempt >= this.retry.attempts || this.breaker.state === 'open') return null;
    const jitterMs = fullJitterMs(attempt, this.retry, this.random);
    if (error.retryAfterMs === undefined) return jitterMs;
    return error.retryAfterMs > this.retry.maxMs ? null : error.retryAfterMs + jitterMs;
  }

  private address(query: Readonly<Record<string, string | number>>): URL {
    const address = new URL(this.url);
    for (const [name, value] of Object.entries(query)) address.searchParams.set(name, String(value));
    return address;
  }

  private checkRequest({ page, size }: PageRequest): void {
    if (page > this.maxPages) {
      throw new SourceRefusedError('page-out-of-range', `the source has no page ${page} of a seed, only ${this.maxPages}`, { remedy: 'raise INGEST_PAGE_SIZE or shorten INGEST_WINDOW' });
    }
    if (size > this.maxPageSize) {
      throw new SourceRefusedError('page-too-large', `a page of ${size} users is more than the source's ${this.maxPageSize}`, { remedy: 'lower INGEST_PAGE_SIZE' });
    }
  }

  private remember(failure: PipelineError | null): void {
    if (this.last.failure?.code === failure?.code) this.last = { failure, sinceMs: this.last.sinceMs };
    else this.last = { failure, sinceMs: this.clock.now() };
  }
}

/** What speaks against the server's health: no answer or a useless one. A refusal or "too many" is an answer; an abort is ours. */
function isFailureOfTheirs(error: unknown): boolean {
  const failure = sourceFailureOf(error, '');
  return failure instanceof SourceUnavailableError && failure.httpStatus !== 429;
}

function checkedUrl(given: string): URL {
  const url = URL.canParse(given) ? new URL(given) : undefined;
  if (url === undefined || !['http:', 'https:'].includes(url.protocol) || url.username !== '' || url.password !== '') {
    throw new SourceRefusedError('invalid-url', 'the address of the RandomUser API is not an http or https URL without credentials', { remedy: 'correct RANDOMUSER_URL' });
  }
  return url;
}

function checkedFields(given: readonly string[]): readonly string[] {
  const unknown = unknownFields(given);
  if (unknown.length === 0) return withCoreFields(given);
  throw new SourceRefusedError('unknown-field', `the RandomUser API has no ${unknown.join(', ')}`, { remedy: `USER_FIELDS may name ${RANDOM_USER_FIELDS.join(', ')}` });
}
