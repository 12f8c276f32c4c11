import { Injectable } from '@nestjs/common';
import { UserRepository, type StoredPage } from '../../ports/user-repository.port.js';

/** The people of an email address; several may share one. */
@Injectable()
export class FindUsersByEmail {
  constructor(private readonly repository: UserRepository) {}

  /**
   * At most `limit` of them, matched exactly; `next` of one page is the cursor of the following.
   * @throws QueryNotSupportedError - the table has no index for it; the remedy names the one to make.
   * @throws InvalidCursorError, RepositoryUnavailableError
   */
  async execute(email: string, page: { cursor: string | null; limit: number }): Promise<StoredPage> {
    return this.repository.findByEmail(email, page);
  }
}
