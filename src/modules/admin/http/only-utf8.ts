import { isUtf8 } from 'node:buffer';
import { type IncomingMessage, type ServerResponse } from 'node:http';
import { ProblemException } from './problem.js';

/**
 * For the body parser, which would take invalid bytes for U+FFFD.
 * @throws ProblemException - the body is not UTF-8.
 */
export function onlyUtf8(_request: IncomingMessage, _response: ServerResponse, body: Buffer): void {
  if (!isUtf8(body)) throw new ProblemException({ status: 400, code: 'request.malformed', detail: 'The body is not valid UTF-8.' });
}
