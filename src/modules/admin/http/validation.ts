import { ValidationPipe, type ValidationError } from '@nestjs/common';
import { ProblemException, type FieldError } from './problem.js';

const LONGEST_FIELD_NAME = 100;

/** Turns what came over HTTP into the DTO that a handler asks for, or refuses it with every fault; what the DTO doesn't name is a fault too. */
export function createValidationPipe(): ValidationPipe {
  return new ValidationPipe({
    whitelist: true,
    forbidNonWhitelisted: true,
    forbidUnknownValues: true,
    transform: true,
    validationError: { target: false, value: false },
    exceptionFactory: (errors) =>
      new ProblemException({ status: 400, code: 'request.invalid', detail: 'The request has values that cannot be taken.', errors: errors.flatMap(fieldErrorsOf) }),
  });
}

function fieldErrorsOf(error: ValidationError): readonly FieldError[] {
  const field = error.property.slice(0, LONGEST_FIELD_NAME);
  const own = Object.entries(error.constraints ?? {}).map(([rule, message]) => ({ field, detail: rule === 'whitelistValidation' ? 'is not known here' : message }));
  return [...own, ...(error.children ?? []).flatMap(fieldErrorsOf)];
}
