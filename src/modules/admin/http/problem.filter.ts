import { randomUUID } from 'node:crypto';
import { type IncomingMessage, type ServerResponse } from 'node:http';
import { Catch, Logger, NotFoundException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { ProblemException, toProblem, type Refusal } from './problem.js';
import { refusalOf } from './refusal-of.js';
import { RouteTable } from './route-table.js';

const UNFORESEEN: Refusal = { status: 500, code: 'unexpected', detail: 'Something failed that should not have; the log says what, under the id given here.' };

/** Everything that goes wrong over HTTP leaves through here, as problem details. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger('Http');

  constructor(private readonly routes: RouteTable) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<IncomingMessage & { originalUrl: string }>();
    const response = host.switchToHttp().getResponse<ServerResponse>();
    const path = pathOf(request.originalUrl);
    const refusal = refusalOf(this.withAllowedMethods(thrown, request.method ?? '', path)) ?? UNFORESEEN;
    const errorId = refusal.status === 500 ? randomUUID() : undefined;
    if (errorId !== undefined) this.logger.error(`${request.method ?? ''} ${path} failed, error ${errorId}`, stackOf(thrown));
    if (response.headersSent) {
      response.destroy();
      return;
    }
    const body = JSON.stringify(toProblem(refusal, path, errorId));
    response.writeHead(refusal.status, { ...refusal.headers, 'Content-Type': 'application/problem+json', 'Content-Length': Buffer.byteLength(body) });
    response.end(request.method === 'HEAD' ? undefined : body);
  }

  /** The router knows no route for a method that an address does not take; the caller should know which ones it does. */
  private withAllowedMethods(thrown: unknown, method: string, path: string): unknown {
    if (!(thrown instanceof NotFoundException)) return thrown;
    const allowed = this.routes.methodsOf(path);
    if (allowed.length === 0 || allowed.includes(method)) return thrown;
    const allow = allowed.join(', ');
    return new ProblemException({ status: 405, code: 'request.method-not-allowed', detail: `This address takes ${allow}.`, headers: { Allow: allow } });
  }
}

const LONGEST_PATH = 200;

function pathOf(url: string): string {
  const path = url.split('?', 1)[0] ?? '';
  return path.length > LONGEST_PATH ? `${path.slice(0, LONGEST_PATH)}…` : path;
}

function stackOf(thrown: unknown): string {
  return thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
}
