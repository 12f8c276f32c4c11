import { errorCodeOf } from './error-code.js';

/**
 * Why there is no answer: `timeout`, none in time; `unreachable`, no connection; `untrusted`, a certificate that does not
 * hold; `broken-off`, the connection ended too early; `malformed`, not HTTP; `too-large`; `redirected`, to somebody else or in circles.
 */
export type HttpFailureKind = 'timeout' | 'unreachable' | 'untrusted' | 'broken-off' | 'malformed' | 'too-large' | 'redirected';

/** There is no usable answer. The message names codes and limits and quotes nothing of what came. */
export class HttpFailure extends Error {
  constructor(
    readonly kind: HttpFailureKind,
    message: string,
    cause?: unknown,
  ) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'HttpFailure';
  }
}

const KINDS: Readonly<Record<string, HttpFailureKind>> = {
  UND_ERR_CONNECT_TIMEOUT: 'timeout',
  UND_ERR_HEADERS_TIMEOUT: 'timeout',
  UND_ERR_BODY_TIMEOUT: 'timeout',
  ETIMEDOUT: 'timeout',
  ENOTFOUND: 'unreachable',
  EAI_AGAIN: 'unreachable',
  EAI_FAIL: 'unreachable',
  ECONNREFUSED: 'unreachable',
  EHOSTUNREACH: 'unreachable',
  EHOSTDOWN: 'unreachable',
  ENETUNREACH: 'unreachable',
  ENETDOWN: 'unreachable',
  EADDRNOTAVAIL: 'unreachable',
  ECONNRESET: 'broken-off',
  ECONNABORTED: 'broken-off',
  EPIPE: 'broken-off',
  EPROTO: 'broken-off',
  UND_ERR_SOCKET: 'broken-off',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'broken-off',
  UND_ERR_RES_EXCEEDED_MAX_SIZE: 'too-large',
  UND_ERR_HEADERS_OVERFLOW: 'too-large',
};

/** What undici, sockets and TLS throw, as an HttpFailure; what none of them throws stays as it is: a bug of ours. */
export function httpFailureOf(error: unknown): unknown {
  // It carries a piece of the answer along, and so must not travel as a cause.
  if (isParserError(error)) return new HttpFailure('malformed', 'the answer is not HTTP');
  const code = errorCodeOf(error);
  if (code === undefined) return error;
  const kind = KINDS[code] ?? (/CERT|TLS|SSL|SIGNED|ISSUER/.test(code) ? 'untrusted' : undefined);
  return kind === undefined ? error : new HttpFailure(kind, code, error);
}

function isParserError(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'name' in error && error.name === 'HTTPParserError';
}
