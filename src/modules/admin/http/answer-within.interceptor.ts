import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { catchError, throwError, timeout, TimeoutError, type Observable } from 'rxjs';
import { ProblemException } from './problem.js';

export const PATIENCE_MS = 10_000;

/** Nobody waits for an answer for ever: what the bus or the table has not answered by then is a 503. */
@Injectable()
export class AnswerWithin implements NestInterceptor {
  intercept(_: ExecutionContext, next: CallHandler<unknown>): Observable<unknown> {
    return next.handle().pipe(
      timeout(PATIENCE_MS),
      catchError((error: unknown) => throwError(() => (error instanceof TimeoutError ? tooLate() : error))),
    );
  }
}

function tooLate(): ProblemException {
  return new ProblemException({
    status: 503,
    code: 'request.timed-out',
    detail: 'The event bus or the table did not answer in time; what was asked for may still happen.',
    headers: { 'Retry-After': '5' },
  });
}
