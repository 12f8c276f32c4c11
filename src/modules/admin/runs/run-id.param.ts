import { IsUUID } from 'class-validator';

/** A run's id is a UUID of ours: another text is a mistake of the caller's (400), not an id that nothing has (404). */
export class RunIdParam {
  @IsUUID('all', { message: 'id must be a UUID' })
  readonly id!: string;
}
