import { type Agent, type Dispatcher } from 'undici';
import { type Sleeper } from './backoff.js';
import { HttpFailure, httpFailureOf } from './http-failure.js';

export interface HttpLimits {
  /** Milliseconds for the connection to be there. */
  readonly connectMs: number;
  /** Milliseconds from the request to the answer's headers. */
  readonly headersMs: number;
  /** The longest silence between two pieces of the body, in milliseconds. */
  readonly idleMs: number;
  /** Milliseconds for everything, redirects too: what a server cannot stretch by dripping. */
  readonly wholeMs: number;
  readonly maxBodyBytes: number;
}

export interface HttpAnswer {
  readonly status: number;
  /** The text of a header, of the first where it was repeated. */
  header(name: string): string | undefined;
  /** The whole body of a 2xx answer; empty for any other. */
  readonly body: Buffer;
}

const MAX_REDIRECTS = 3;
const MAX_DISCARDED_BYTES = 65_536;

/** Gets things over HTTP within limits. No retries, no global dispatcher; connections are kept until it is closed. */
export class HttpClient {
  private agent: Promise<Agent> | undefined;

  constructor(
    private readonly limits: HttpLimits,
    private readonly sleeper: Sleeper,
  ) {}

  /**
   * The whole answer, whatever its status. Redirects are followed on the same host only, at most three.
   * When `signal` aborts, it rejects with the signal's reason, and the connection is let go.
   * @throws HttpFailure - there was no answer, or none within the limits; the message quotes nothing of it.
   */
  async get(url: URL, signal: AbortSignal): Promise<HttpAnswer> {
    signal.throwIfAborted();
    const whole = new AbortController();
    const finished = new AbortController();
    const abort = () => whole.abort(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    void this.sleeper.sleep(this.limits.wholeMs, finished.signal).then(() => {
      if (!finished.signal.aborted) whole.abort(new HttpFailure('timeout', `no complete answer within ${this.limits.wholeMs} ms`));
    });
    try {
      return await this.follow(url, whole.signal);
    } catch (error) {
      throw whole.signal.aborted ? whole.signal.reason : httpFailureOf(error);
    } finally {
      finished.abort();
      signal.removeEventListener('abort', abort);
    }
  }

  async close(): Promise<void> {
    await (await this.agent)?.destroy();
  }

  private async follow(start: URL, signal: AbortSignal): Promise<HttpAnswer> {
    let url = start;
    for (let redirects = 0; ; redirects += 1) {
      const answer = await this.request(url, signal);
      const location = answer.header('location');
      if (answer.status < 300 || answer.status >= 400 || location === undefined) return answer;
      if (redirects >= MAX_REDIRECTS) throw new HttpFailure('redirected', `redirected more than ${MAX_REDIRECTS} times`);
      url = redirectTarget(url, location);
    }
  }

  private async request(url: URL, signal: AbortSignal): Promise<HttpAnswer> {
    const agent = await this.opened();
    const response = await agent.request({ origin: url.origin, path: url.pathname + url.search, method: 'GET', headers: { accept: 'application/json' }, signal });
    const { statusCode: status, headers } = response;
    const header = (name: string) => [headers[name] ?? []].flat()[0];
    if (status >= 200 && status < 300) return { status, header, body: await this.read(response) };
    await response.body.dump({ limit: MAX_DISCARDED_BYTES, signal });
    return { status, header, body: Buffer.alloc(0) };
  }

  /** Leaving the loop early destroys the body, and with it the connection. */
  private async read({ body }: Dispatcher.ResponseData): Promise<Buffer> {
    const pieces: Buffer[] = [];
    let bytes = 0;
    for await (const piece of body as AsyncIterable<Buffer>) {
      bytes += piece.length;
      if (bytes > this.limits.maxBodyBytes) throw new HttpFailure('too-large', `the answer is larger than ${this.limits.maxBodyBytes} bytes`);
      pieces.push(piece);
    }
    return Buffer.concat(pieces, bytes);
  }

  /** undici is loaded by the first request: a process that never asks anybody does not pay for it. */
  private opened(): Promise<Agent> {
    const { connectMs, headersMs, idleMs } = this.limits;
    this.agent ??= import('undici').then(({ Agent }) => new Agent({ connect: { timeout: connectMs }, headersTimeout: headersMs, bodyTimeout: idleMs }));
    return this.agent;
  }
}

/** Only the same host, or its encrypted twin, may take a request over. */
function redirectTarget(from: URL, location: string): URL {
  const target = URL.canParse(location, from.href) ? new URL(location, from) : undefined;
  const encrypted = target?.hostname === from.hostname && from.protocol === 'http:' && target.protocol === 'https:';
  if (target === undefined || (target.origin !== from.origin && !encrypted)) {
    throw new HttpFailure('redirected', `redirected away from ${from.host}`);
  }
  return target;
}
