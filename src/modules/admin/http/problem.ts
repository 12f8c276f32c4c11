import { STATUS_CODES } from 'node:http';
import { HttpException } from '@nestjs/common';

/** One thing that is wrong with a request: which part of it, and what is expected there. Never the value. */
export interface FieldError {
  readonly field: string;
  readonly detail: string;
}

/** A problem details object (RFC 9457), with our extensions after `instance`. */
export interface Problem {
  /** `urn:userstream:problem:<code>`. */
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  /** The path of the request, without its query: that may name people. */
  readonly instance: string;
  /** Stable; the same code that logs and metrics use. */
  readonly code: string;
  readonly remedy?: string;
  readonly errors?: readonly FieldError[];
  /** Found again in the log, with what the answer doesn't tell. Only for what nobody foresaw. */
  readonly errorId?: string;
}

/** What a failure is to the caller. */
export interface Refusal {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly remedy?: string | undefined;
  readonly errors?: readonly FieldError[];
  readonly headers?: Readonly<Record<string, string>>;
}

/** A refusal by the HTTP layer itself. What lies below the controllers throws PipelineErrors. */
export class ProblemException extends HttpException {
  constructor(readonly refusal: Refusal) {
    super(refusal.detail, refusal.status);
  }
}

export function toProblem(refusal: Refusal, instance: string, errorId?: string): Problem {
  return {
    type: `urn:userstream:problem:${refusal.code}`,
    title: STATUS_CODES[refusal.status] ?? 'Error',
    status: refusal.status,
    detail: refusal.detail,
    instance,
    code: refusal.code,
    ...(refusal.remedy === undefined ? {} : { remedy: refusal.remedy }),
    ...(refusal.errors === undefined ? {} : { errors: refusal.errors }),
    ...(errorId === undefined ? {} : { errorId }),
  };
}
