import { STATUS_CODES, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type Duplex } from 'node:stream';
import { toProblem, type Refusal } from './problem.js';

/** What Node's parser refuses, by the code of its error. Whatever else it refuses is malformed. */
const REFUSAL_BY_CODE: Readonly<Record<string, Refusal>> = {
  ERR_HTTP_REQUEST_TIMEOUT: { status: 408, code: 'request.too-slow', detail: 'The request did not arrive in time.' },
  HPE_HEADER_OVERFLOW: { status: 431, code: 'request.headers-too-large', detail: 'The headers of the request are too large.' },
  HPE_CHUNK_EXTENSIONS_OVERFLOW: { status: 413, code: 'request.too-large', detail: 'The body is too large.' },
};
const MALFORMED: Refusal = { status: 400, code: 'request.malformed', detail: 'The request is not well-formed HTTP.' };

/** Lets the server answer problem details, too, where no request was read that a filter could answer; then it closes the connection. */
export function refuseUnreadable(server: Server): void {
  const answers = new WeakMap<Duplex, ServerResponse>();
  server.prependListener('request', ({ socket }: IncomingMessage, response: ServerResponse) => void answers.set(socket, response));
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Duplex) => {
    if (!socket.writable || error.code === 'ECONNRESET' || isHalfWritten(answers.get(socket))) socket.destroy();
    else socket.end(answerOf(REFUSAL_BY_CODE[error.code ?? ''] ?? MALFORMED), () => socket.destroy());
  });
}

/** A second answer inside the first would be read as part of it. */
function isHalfWritten(answer: ServerResponse | undefined): boolean {
  return answer !== undefined && answer.headersSent && !answer.writableFinished;
}

function answerOf(refusal: Refusal): string {
  const body = JSON.stringify(toProblem(refusal, ''));
  const headers = ['Content-Type: application/problem+json', `Content-Length: ${Buffer.byteLength(body)}`, 'Cache-Control: no-store', 'X-Content-Type-Options: nosniff', 'Connection: close'];
  return [`HTTP/1.1 ${refusal.status} ${STATUS_CODES[refusal.status] ?? ''}`, ...headers, '', body].join('\r\n');
}
