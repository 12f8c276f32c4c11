import { createHash, timingSafeEqual } from 'node:crypto';
import { type IncomingMessage } from 'node:http';

const BEARER = /^Bearer +(\S+) *$/i;

/** The key that a request brings, in `Authorization: Bearer` or `X-Api-Key`; null without one. Addresses end up in logs, so a query string is no place for a key. */
export function keyOf(request: IncomingMessage): string | null {
  const { authorization } = request.headers;
  if (authorization !== undefined) return BEARER.exec(authorization)?.[1] ?? '';
  const header = request.headers['x-api-key'];
  return typeof header === 'string' ? header : null;
}

/** Compares in constant time, whatever the lengths: both sides are hashed first. */
export function sameKey(given: string, expected: string): boolean {
  return expected !== '' && timingSafeEqual(sha256(given), sha256(expected));
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
