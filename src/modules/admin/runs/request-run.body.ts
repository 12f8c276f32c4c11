import { Transform } from 'class-transformer';
import { IsInt, Matches, Max, Min, Validate, ValidatorConstraint, type ValidationArguments, type ValidatorConstraintInterface } from 'class-validator';
import { type RunRequest } from '../../journal/index.js';
import { Optional } from '../http/optional.decorator.js';
import { ReasonBody } from '../http/reason.body.js';
import { durationMs } from './duration.js';

export const MAX_COUNT = 100_000_000;
export const MAX_RATE = 1_000_000;
const RATE_DECIMALS = 6;
const DAY_MS = 86_400_000;

/** A run ends after so many people or after so much time, not after either. */
@ValidatorConstraint({ name: 'notWithCount' })
class NotWithCount implements ValidatorConstraintInterface {
  validate(_: unknown, { object }: ValidationArguments): boolean {
    return (object as RequestRunBody).count === undefined;
  }

  defaultMessage(): string {
    return 'give either count or window';
  }
}

/** Unlike class-validator's IsNumber it can read the numbers that are written with an exponent, such as 1e-9. */
@ValidatorConstraint({ name: 'sixDecimals' })
class SixDecimals implements ValidatorConstraintInterface {
  validate(value: unknown): boolean {
    return typeof value === 'number' && Number(value.toFixed(RATE_DECIMALS)) === value;
  }

  defaultMessage(): string {
    return `rate must be a number of at most ${RATE_DECIMALS} decimals`;
  }
}

/**
 * What a run asked for by hand is to do. What is left out is as the pipeline is set up. Of the rules that a value breaks
 * the one nearest to it is told, here and in all DTOs: that of its type.
 */
export class RequestRunBody extends ReasonBody {
  /** How many people. */
  @Optional()
  @Max(MAX_COUNT)
  @Min(1)
  @IsInt()
  readonly count?: number;

  /** How long: seconds, or a text such as `60s`, `10m`, `1h`. Milliseconds once transformed. */
  @Optional()
  @Transform(({ value }) => durationMs(value))
  @Validate(NotWithCount)
  @Max(DAY_MS, { message: 'window must not be longer than 24h' })
  @Min(1, { message: 'window must be seconds, or a text such as 60s, 10m, 1h' })
  readonly window?: number;

  /** People per second; 0 is as fast as the source gives. */
  @Optional()
  @Max(MAX_RATE)
  @Min(0)
  @Validate(SixDecimals)
  readonly rate?: number;

  /** Makes a repeatable source give the same people as another run of this seed. */
  @Optional()
  @Matches(/^[0-9a-f]{16}$/, { message: 'seed must be 16 hex digits in lower case' })
  readonly seed?: string;

  toRequest(): RunRequest {
    return { count: this.count ?? null, windowMs: this.window ?? null, rate: this.rate ?? null, seed: this.seed ?? null };
  }
}
