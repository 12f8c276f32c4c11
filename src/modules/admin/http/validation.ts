import { ValidationPipe, type ArgumentMetadata, type ValidationError } from '@nestjs/common';
import { ProblemException, type FieldError } from './problem.js';

const LONGEST_FIELD_NAME = 100;
const UNKNOWN = 'is not known here';

/** Turns what came over HTTP into the DTO that a handler asks for, or refuses it with every fault; what the DTO doesn't name is a fault too. */
export class RequestValidationPipe extends ValidationPipe {
  constructor() {
    super({
      whitelist: true,
      forbidNonWhitelisted: true,
      forbidUnknownValues: true,
      stopAtFirstError: true,
      transform: true,
      validationError: { target: false, value: false },
      exceptionFactory: (errors) => invalid(errors.flatMap(fieldErrorsOf)),
    });
  }

  /** Refuses first what the transformation to a DTO would drop without a word, or overflow the stack with. */
  override async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    if (isComposite(value)) {
      if (Array.isArray(value)) throw new ProblemException({ status: 400, code: 'request.invalid', detail: 'The body must be a JSON object.' });
      for (const faults of [inheritedNames(value, metadata), nestedValues(value)]) if (faults.length > 0) throw invalid(faults);
    }
    return (await super.transform(value, metadata)) as unknown;
  }
}

/** Names that the DTO has without having named them, such as `constructor`: the transformation leaves them out. */
function inheritedNames(value: object, { metatype }: ArgumentMetadata): readonly FieldError[] {
  const inherited = (metatype?.prototype ?? Object.prototype) as object;
  return Object.keys(value)
    .filter((name) => name in inherited)
    .map((name) => ({ field: fieldOf(name), detail: UNKNOWN }));
}

/** Nothing that the API takes nests. Two levels are left to the rules of the DTO, which say what was expected. */
function nestedValues(value: object): readonly FieldError[] {
  return Object.entries(value)
    .filter(([, member]) => isComposite(member) && Object.values(member).some(isComposite))
    .map(([name]) => ({ field: fieldOf(name), detail: 'is nested too deeply' }));
}

function isComposite(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function invalid(errors: readonly FieldError[]): ProblemException {
  return new ProblemException({ status: 400, code: 'request.invalid', detail: 'The request has values that cannot be taken.', errors });
}

function fieldErrorsOf(error: ValidationError): readonly FieldError[] {
  const field = fieldOf(error.property);
  const own = Object.entries(error.constraints ?? {}).map(([rule, message]) => ({ field, detail: rule === 'whitelistValidation' ? UNKNOWN : message }));
  return [...own, ...(error.children ?? []).flatMap(fieldErrorsOf)];
}

function fieldOf(property: string): string {
  return property.slice(0, LONGEST_FIELD_NAME);
}
