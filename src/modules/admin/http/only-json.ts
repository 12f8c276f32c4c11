import { type IncomingMessage, type ServerResponse } from 'node:http';
import { ProblemException } from './problem.js';

const JSON_TYPE = /^application\/json\s*(?:;\s*charset\s*=\s*"?utf-8"?\s*)?$/i;

/** Middleware: a body that isn't JSON is refused before anything reads it, also so that no HTML form of another site can be one. */
export function onlyJson(request: IncomingMessage, _response: ServerResponse, next: (error?: unknown) => void): void {
  if (hasBody(request) && !isPlainJson(request)) {
    next(new ProblemException({ status: 415, code: 'request.not-json', detail: 'The body must be JSON in UTF-8, uncompressed, with `Content-Type: application/json`.' }));
    return;
  }
  next();
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

function isPlainJson({ headers }: IncomingMessage): boolean {
  return JSON_TYPE.test(headers['content-type'] ?? '') && (headers['content-encoding'] ?? 'identity') === 'identity';
}
