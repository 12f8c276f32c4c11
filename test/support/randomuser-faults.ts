import { type ServerResponse } from 'node:http';
import { type RandomUserQuery, type RandomUserRecord } from './randomuser-people.js';

/** Every way in which the API, or what stands before it, is known to fail. */
export type RandomUserFault =
  | 'rate-limited'
  | 'overloaded'
  | 'error-answer'
  | 'empty-page'
  | 'short-page'
  | 'long-page'
  | 'wrong-page'
  | 'html'
  | 'null'
  | 'truncated-json'
  | 'not-utf8'
  | 'huge-body'
  | 'broken-off'
  | 'reset'
  | 'not-http'
  | 'silence'
  | 'silent-body'
  | 'slow-drip'
  | { readonly status: number; readonly retryAfter?: string }
  | { readonly redirectTo: string }
  | { readonly results: (records: RandomUserRecord[]) => unknown };

export interface Answer {
  readonly query: RandomUserQuery;
  readonly records: RandomUserRecord[];
  readonly response: ServerResponse;
}

const DRIP_MS = 20;

export function sendAnswer({ query, records, response }: Answer, results: unknown = records): void {
  const { seed, page, results: asked } = query;
  sendJson(response, { results, info: { seed, results: asked, page, version: '1.4' } });
}

/** Answers as the fault says. What never ends is left open: closing the stub ends it. */
export function sendFault(fault: RandomUserFault, answer: Answer): void {
  const { query, records, response } = answer;
  if (typeof fault === 'object') return sendParameterised(fault, answer);
  const whole = JSON.stringify({ results: records });
  switch (fault) {
    case 'rate-limited':
      return sendJson(response, { error: 'Whoa, ease up there cowboy. You have requested too many users recently.' }, 429);
    case 'overloaded':
      return sendJson(response, { error: 'Uh oh, something has gone wrong.' }, 503);
    case 'error-answer':
      return sendJson(response, { error: 'Uh oh, something has gone wrong.' });
    case 'empty-page':
      return sendAnswer(answer, []);
    case 'short-page':
      return sendAnswer(answer, records.slice(0, -1));
    case 'long-page':
      return sendAnswer(answer, [...records, ...records.slice(0, 1)]);
    case 'wrong-page':
      return sendAnswer({ ...answer, query: { ...query, page: query.page + 1 } });
    case 'html':
      return send(response, 'text/html', '<!doctype html><title>One moment</title>');
    case 'null':
      return sendJson(response, null);
    case 'truncated-json':
      return send(response, 'application/json', whole.slice(0, -5));
    case 'not-utf8':
      return send(response, 'application/json', Buffer.from(whole.replace(/@/, '\u00e9'), 'latin1'));
    case 'huge-body':
      return send(response, 'application/json', `{"padding":"${'x'.repeat(4 * 1_024 * 1_024)}"}`);
    case 'broken-off':
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': whole.length * 2 });
      response.write(whole, () => response.destroy());
      return;
    case 'reset':
      response.socket?.resetAndDestroy();
      return;
    case 'not-http':
      response.socket?.end(`SSH-2.0 ${whole}\r\n\r\n`);
      return;
    case 'silence':
      return;
    case 'silent-body':
      response.writeHead(200, { 'content-type': 'application/json' });
      response.write(whole.slice(0, 10));
      return;
    case 'slow-drip':
      return drip(response);
    default:
      return fault satisfies never;
  }
}

function sendParameterised(fault: Extract<RandomUserFault, object>, answer: Answer): void {
  const { response } = answer;
  if ('results' in fault) return sendAnswer(answer, fault.results(structuredClone(answer.records)));
  if ('redirectTo' in fault) {
    response.writeHead(302, { location: fault.redirectTo }).end();
    return;
  }
  if (fault.retryAfter !== undefined) response.setHeader('retry-after', fault.retryAfter);
  sendJson(response, { error: 'no' }, fault.status);
}

function drip(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/json' });
  const timer = setInterval(() => response.write(' '), DRIP_MS);
  response.on('close', () => clearInterval(timer));
}

function sendJson(response: ServerResponse, value: unknown, status = 200): void {
  send(response, 'application/json; charset=utf-8', JSON.stringify(value), status);
}

function send(response: ServerResponse, type: string, body: string | Buffer, status = 200): void {
  response.writeHead(status, { 'content-type': type }).end(body);
}
