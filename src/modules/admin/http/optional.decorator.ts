import { ValidateIf } from 'class-validator';

/** A value that may be left out. Unlike class-validator's IsOptional it takes no `null`: that is a value, and not one that was meant as none. */
export function Optional(): PropertyDecorator {
  return ValidateIf((_, value: unknown) => value !== undefined);
}
