import { Length } from 'class-validator';

/** The longest id that an event may give a user. */
const MAX_ID_LENGTH = 256;

/** A user's id as the event gave it: a UUID, or the text that its UUID was made of. */
export class UserIdParam {
  @Length(1, MAX_ID_LENGTH)
  readonly id!: string;
}
