import { CircuitOpenError } from '../shared/circuit-breaker.js';
import { type HttpAnswer } from '../shared/http-client.js';
import { HttpFailure } from '../shared/http-failure.js';
import { retryAfterMs } from '../shared/retry-after.js';
import { SourceRefusedError, SourceUnavailableError } from '../../ports/user-source.port.js';

const CHECK_URL = 'check RANDOMUSER_URL';
const OTHER_SOURCE = 'the public API turns some cloud addresses away: run its own server and name it in RANDOMUSER_URL, or set USER_SOURCE=synthetic';

/** The longest that a server's Retry-After is believed: a slip of its clock must not stop us for a year. */
const MAX_RETRY_AFTER_MS = 3_600_000;

/** What an answer that is no 2xx means; undefined for one that is. */
export function failureOfStatus(answer: HttpAnswer, nowMs: number): SourceUnavailableError | SourceRefusedError | undefined {
  const { status } = answer;
  if (status >= 200 && status < 300) return undefined;
  const message = `the source answered HTTP ${status}`;
  const asked = retryAfterMs(answer.header('retry-after'), nowMs);
  const later = { httpStatus: status, ...(asked === undefined ? {} : { retryAfterMs: Math.min(asked, MAX_RETRY_AFTER_MS) }) };
  if (status === 429) return new SourceUnavailableError('rate-limited', message, later);
  if (status >= 500) return new SourceUnavailableError(status === 503 ? 'overloaded' : 'server-error', message, later);
  if (status === 408 || status === 425) return new SourceUnavailableError('timeout', message, later);
  if (status < 400) return new SourceRefusedError('redirected', message, { httpStatus: status, remedy: CHECK_URL });
  if (status === 401 || status === 403) return new SourceRefusedError('forbidden', message, { httpStatus: status, remedy: OTHER_SOURCE });
  return new SourceRefusedError(status === 404 || status === 410 ? 'not-found' : 'bad-request', message, { httpStatus: status, remedy: CHECK_URL });
}

/** What was thrown on the way to the answer, in the port's terms; an abort and a bug stay what they are. */
export function sourceFailureOf(error: unknown, host: string): unknown {
  if (error instanceof CircuitOpenError) {
    return new SourceUnavailableError('circuit-open', `${host} has failed several times in a row and is left alone for a moment`, { cause: error, retryAfterMs: error.retryAfterMs });
  }
  if (!(error instanceof HttpFailure)) return error;
  const message = `${host}: ${error.message}`;
  switch (error.kind) {
    case 'redirected':
      return new SourceRefusedError(error.kind, message, { cause: error, remedy: 'if the API has moved, name its new address in RANDOMUSER_URL' });
    case 'unreachable':
      return new SourceUnavailableError(error.kind, message, { cause: error, remedy: `${CHECK_URL} and the network; without one, set USER_SOURCE=synthetic` });
    case 'untrusted':
      return new SourceUnavailableError(error.kind, message, { cause: error, remedy: 'if a proxy signs for it, name its certificate in NODE_EXTRA_CA_CERTS' });
    case 'timeout':
    case 'broken-off':
    case 'malformed':
    case 'too-large':
      return new SourceUnavailableError(error.kind, message, { cause: error });
    default:
      return error.kind satisfies never;
  }
}
