import { HttpException } from '@nestjs/common';
import { PipelineError, type Disposition } from '../../../domain/errors.js';
import { ProblemException, type Refusal } from './problem.js';

/** The status of a code that stands for something other than its disposition says. */
const STATUS_BY_CODE: Readonly<Record<string, number>> = {
  'request.invalid-cursor': 400,
  'repository.invalid-cursor': 400,
  'dead-letters.invalid-cursor': 400,
  'request.not-found': 404,
  'storage.not-addressed-by-id': 409,
  'run.plan-too-large': 422,
  'repository.query-not-supported': 501,
  'bus.unknown-topic': 503,
};

const STATUS_BY_DISPOSITION: Readonly<Record<Disposition, number>> = { retry: 503, 'dead-letter': 422, halt: 500 };

/** The codes of what Nest, Express and the body parser refuse by themselves. */
const CODE_BY_STATUS: Readonly<Record<number, string>> = {
  400: 'request.malformed',
  404: 'request.no-such-route',
  405: 'request.method-not-allowed',
  413: 'request.too-large',
  415: 'request.not-json',
};

const RETRY_AFTER_SECONDS = '5';

/** What anything thrown is to the caller; null for what nobody foresaw, of which the caller learns nothing. */
export function refusalOf(error: unknown): Refusal | null {
  if (error instanceof ProblemException) return error.refusal;
  if (error instanceof PipelineError) return refusalOfPipeline(error);
  if (error instanceof HttpException && error.getStatus() < 500) return refusalOfFramework(error);
  return null;
}

function refusalOfPipeline(error: PipelineError): Refusal {
  const status = STATUS_BY_CODE[error.code] ?? STATUS_BY_DISPOSITION[error.disposition];
  return {
    status,
    code: error.code,
    detail: error.message,
    remedy: error.remedy,
    ...(status === 503 ? { headers: { 'Retry-After': RETRY_AFTER_SECONDS } } : {}),
  };
}

function refusalOfFramework(error: HttpException): Refusal {
  const status = error.getStatus();
  return { status, code: CODE_BY_STATUS[status] ?? 'request.refused', detail: DETAIL_BY_STATUS[status] ?? 'The request was refused.' };
}

/** Our words: those of the parsers quote the request. */
const DETAIL_BY_STATUS: Readonly<Record<number, string>> = {
  400: 'The request could not be read: malformed JSON, a body that is not UTF-8, or a malformed address.',
  404: 'There is nothing at this address.',
  413: 'The body is too large.',
  415: 'The body must be JSON in UTF-8, uncompressed, with `Content-Type: application/json`.',
};
