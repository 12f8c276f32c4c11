import { type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type NestApplicationOptions } from '@nestjs/common';
import { type NestExpressApplication } from '@nestjs/platform-express';
import helmet from 'helmet';
import { setUpDocs } from '../docs/set-up-docs.js';
import { onlyJson } from './only-json.js';
import { onlyUtf8 } from './only-utf8.js';
import { refuseUnreadable } from './refuse-unreadable.js';

/**
 * How an application that `prepareHttp` gets must be created: our own body parser instead of Nest's, and connections
 * that are still open at the end (a browser keeps some) are cut instead of holding up the stop.
 */
export const HTTP_APPLICATION_OPTIONS = { bodyParser: false, forceCloseConnections: true } satisfies NestApplicationOptions;

/** Our own pages and nothing else; swagger's page sets styles from its script. */
const CONTENT_SECURITY_POLICY = {
  defaultSrc: ["'self'"],
  styleSrc: ["'self'", "'unsafe-inline'"],
  imgSrc: ["'self'", 'data:'],
  objectSrc: ["'none'"],
  baseUri: ["'none'"],
  formAction: ["'none'"],
  frameAncestors: ["'none'"],
};

const BODY_LIMIT_BYTES = 64 * 1_024;
/** Nest's type of these options leaves `verify` out; the parser takes it. */
const BODY_PARSER = { limit: BODY_LIMIT_BYTES, inflate: false, verify: onlyUtf8 };
const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 30_000;

/** What may not be done by a module: the server's limits and what stands before Nest's router. Call it once, before `listen` or `init`. */
export function prepareHttp(app: NestExpressApplication): void {
  app.disable('x-powered-by');
  app.disable('etag');
  // TLS ends before us or not at all: a promise of it is not ours to make.
  app.use(helmet({ contentSecurityPolicy: { useDefaults: false, directives: CONTENT_SECURITY_POLICY }, strictTransportSecurity: false }));
  app.use(neverStored);
  app.use(onlyJson);
  app.useBodyParser('json', BODY_PARSER);
  setUpDocs(app);
  const server: Server = app.getHttpServer();
  server.headersTimeout = HEADERS_TIMEOUT_MS;
  server.requestTimeout = REQUEST_TIMEOUT_MS;
  refuseUnreadable(server);
}

/** Answers hold people and change all the time: no cache on the way keeps them. */
function neverStored(_request: IncomingMessage, response: ServerResponse, next: () => void): void {
  response.setHeader('Cache-Control', 'no-store');
  next();
}
