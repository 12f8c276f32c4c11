import { Transform } from 'class-transformer';
import { IsBoolean } from 'class-validator';
import { Optional } from '../http/optional.decorator.js';
import { PageQuery } from '../http/page.query.js';

export class ListDeadLettersQuery extends PageQuery {
  /** Whether to show what the events held: personal data, so it takes the scope operate. */
  @Optional()
  @Transform(({ value }) => (value === 'true' ? true : value === 'false' ? false : (value as unknown)))
  @IsBoolean({ message: 'values must be true or false' })
  readonly values: boolean = false;
}
