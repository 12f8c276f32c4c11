import { IsString, Length } from 'class-validator';
import { Optional } from '../http/optional.decorator.js';
import { PageQuery } from '../http/page.query.js';

/** The longest an address may be (RFC 5321), and then some. */
const MAX_EMAIL_LENGTH = 320;

export class ListUsersQuery extends PageQuery {
  /** Exactly this address, as it is stored. */
  @Optional()
  @Length(1, MAX_EMAIL_LENGTH)
  @IsString()
  readonly email?: string;
}
