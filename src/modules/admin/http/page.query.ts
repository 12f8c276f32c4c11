import { Type } from 'class-transformer';
import { IsInt, IsString, Max, MaxLength, Min } from 'class-validator';
import { Optional } from './optional.decorator.js';

export const DEFAULT_LIMIT = 50;
export const MAX_LIMIT = 500;
const MAX_CURSOR_LENGTH = 2_048;

/** Which page of a list. */
export class PageQuery {
  /** `next` of the page before. */
  @Optional()
  @MaxLength(MAX_CURSOR_LENGTH)
  @IsString()
  readonly cursor?: string;

  @Optional()
  @Type(() => Number)
  @Max(MAX_LIMIT)
  @Min(1)
  @IsInt()
  readonly limit: number = DEFAULT_LIMIT;
}
