import { type IncomingMessage } from 'node:http';
import { Inject, Injectable } from '@nestjs/common';
import { ADMIN_OPTIONS, type AdminOptions } from '../admin.options.js';
import { ProblemException } from '../http/problem.js';
import { type AccessLevel } from './access.decorator.js';
import { keyOf, sameKey } from './api-key.js';
import { ANONYMOUS, OPERATOR, type Caller } from './caller.js';
import { FailedAttempts } from './failed-attempts.js';
import { isAddressedToLoopback, isCrossOrigin, isLoopbackHost } from './loopback.js';

/**
 * Who may do what, by how the process was set up.
 * `key`: who brings the key may do everything, anybody else only what is public.
 * `this-machine`: no key and reachable from this machine only, so whoever is on it may do everything; a web page may not.
 * `public-only`: nothing but health and metrics is served to anybody.
 */
export type AccessMode = 'key' | 'this-machine' | 'public-only';

export function accessModeOf(options: Pick<AdminOptions, 'api' | 'apiKey' | 'host'>): AccessMode {
  if (options.apiKey !== null) return 'key';
  return options.api && isLoopbackHost(options.host) ? 'this-machine' : 'public-only';
}

@Injectable()
export class AccessPolicy {
  private readonly mode: AccessMode;

  constructor(
    @Inject(ADMIN_OPTIONS) private readonly options: AdminOptions,
    private readonly failed: FailedAttempts,
  ) {
    this.mode = accessModeOf(options);
  }

  /**
   * The caller of a request to a route of that level.
   * @throws ProblemException - 401, 403 or 429: the caller may not.
   */
  admit(request: IncomingMessage, level: AccessLevel): Caller {
    switch (this.mode) {
      case 'this-machine':
        refuseWebPages(request);
        return OPERATOR;
      case 'public-only':
        if (level === 'public') return ANONYMOUS;
        throw unauthorized('auth.key-missing', 'Without a key nothing but health and metrics is served here.');
      case 'key':
        return level === 'public' ? this.knownOrAnonymous(request) : this.byKey(request);
    }
  }

  /**
   * A public route answers everybody, but says more to who brings the key: so a wrong one counts as a failure here too, and
   * at an address that failed too often the right one says nothing more. Who brings none has not tried.
   */
  private knownOrAnonymous(request: IncomingMessage): Caller {
    const address = addressOf(request);
    if (this.failed.waitMs(address) > 0) return ANONYMOUS;
    if (this.bringsTheKey(request)) return OPERATOR;
    if ((keyOf(request) ?? '') !== '') this.failed.add(address);
    return ANONYMOUS;
  }

  /** An address that failed too often is refused before its key is looked at: else a right guess would be told from a wrong one. */
  private byKey(request: IncomingMessage): Caller {
    const address = addressOf(request);
    const waitMs = this.failed.waitMs(address);
    if (waitMs > 0) throw tooManyFailures(waitMs);
    if (this.bringsTheKey(request)) return OPERATOR;
    this.failed.add(address);
    if (keyOf(request) === null) throw unauthorized('auth.key-missing', 'This needs the key, as `Authorization: Bearer <key>` or `X-Api-Key: <key>`.');
    throw unauthorized('auth.key-wrong', 'The key is not right.');
  }

  private bringsTheKey(request: IncomingMessage): boolean {
    return sameKey(keyOf(request) ?? '', this.options.apiKey ?? '');
  }
}

function addressOf(request: IncomingMessage): string {
  return request.socket.remoteAddress ?? '';
}

function unauthorized(code: string, detail: string): ProblemException {
  return new ProblemException({ status: 401, code, detail, headers: { 'WWW-Authenticate': 'Bearer realm="userstream"' } });
}

function tooManyFailures(waitMs: number): ProblemException {
  return new ProblemException({
    status: 429,
    code: 'auth.too-many-failures',
    detail: 'Too many failed authentications from this address.',
    headers: { 'Retry-After': String(Math.ceil(waitMs / 1_000)) },
  });
}

function refuseWebPages(request: IncomingMessage): void {
  if (!isAddressedToLoopback(request)) {
    throw new ProblemException({
      status: 403,
      code: 'access.host',
      detail: 'Without a key only this machine may ask, by the name localhost, 127.0.0.1 or [::1].',
      remedy: 'set ADMIN_API_KEY to serve other names',
    });
  }
  if (isCrossOrigin(request)) {
    throw new ProblemException({ status: 403, code: 'access.cross-origin', detail: 'Without a key no page of another origin may ask.' });
  }
}
