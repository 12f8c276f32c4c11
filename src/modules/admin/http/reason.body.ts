import { IsOptional, IsString, Length } from 'class-validator';

const MAX_REASON_LENGTH = 500;

/** What every operator action takes: why, in the operator's words. It is kept in the journal. */
export class ReasonBody {
  @IsOptional()
  @IsString()
  @Length(1, MAX_REASON_LENGTH)
  readonly reason?: string;
}
