import { IsOptional, IsString, Length } from 'class-validator';
import { PageQuery } from '../http/page.query.js';

/** The longest an address may be (RFC 5321), and then some. */
const MAX_EMAIL_LENGTH = 320;

export class ListUsersQuery extends PageQuery {
  /** Exactly this address, as it is stored. */
  @IsOptional()
  @IsString()
  @Length(1, MAX_EMAIL_LENGTH)
  readonly email?: string;
}
