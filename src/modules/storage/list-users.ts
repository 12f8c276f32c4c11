import { Injectable } from '@nestjs/common';
import { UserRepository, type StoredPage } from '../../ports/user-repository.port.js';

/** Everybody in the table, a page at a time, in the table's own order. */
@Injectable()
export class ListUsers {
  constructor(private readonly repository: UserRepository) {}

  /**
   * At most `limit` people; `next` of one page is the cursor of the following.
   * @throws InvalidCursorError, RepositoryUnavailableError
   */
  async execute(page: { cursor: string | null; limit: number }): Promise<StoredPage> {
    return this.repository.list(page);
  }
}
