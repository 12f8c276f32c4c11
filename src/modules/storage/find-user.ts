import { Injectable } from '@nestjs/common';
import { PipelineError } from '../../domain/errors.js';
import { toUserId } from '../../domain/ids.js';
import { UserRepository, type StoredUser } from '../../ports/user-repository.port.js';

/** The table was made by somebody else and tells its rows apart by other columns than an id. */
export class NotAddressedByIdError extends PipelineError {
  readonly code = 'storage.not-addressed-by-id';
  readonly disposition = 'halt';
}

/** One person of the table. */
@Injectable()
export class FindUser {
  constructor(private readonly repository: UserRepository) {}

  /**
   * The person of an id, or null. An id that is no UUID is looked for under the UUID that it was stored with.
   * @throws NotAddressedByIdError - this table has no ids to look for.
   * @throws RepositoryUnavailableError
   */
  async execute(id: string): Promise<StoredUser | null> {
    const { identity } = this.repository;
    if (identity.kind === 'key') {
      throw new NotAddressedByIdError(`the rows of this table are addressed by ${identity.columns.join(', ')}, not by id`, {
        remedy: 'ask for the person by email address, or use a table with an id column as its key',
      });
    }
    return this.repository.find({ id: toUserId(id) });
  }
}
