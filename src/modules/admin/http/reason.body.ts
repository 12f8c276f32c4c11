import { IsString, Length, Matches } from 'class-validator';
import { Optional } from './optional.decorator.js';

const MAX_REASON_LENGTH = 500;

/** No control characters, no line breaks of any kind, no halves of surrogate pairs: what a log line or a terminal would take for its own. */
const ONE_PLAIN_LINE = /^[^\p{Cc}\p{Zl}\p{Zp}\p{Cs}]*$/u;

/** What every operator action takes: why, in the operator's words. It is kept in the journal. */
export class ReasonBody {
  @Optional()
  @Matches(ONE_PLAIN_LINE, { message: 'reason must be one line of text, without control characters' })
  @Length(1, MAX_REASON_LENGTH)
  @IsString()
  readonly reason?: string;
}
