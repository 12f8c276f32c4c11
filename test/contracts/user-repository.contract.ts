import { describeAsking } from './user-repository/asking.js';
import { type RepositoryUnderTest, type TableTraits } from './user-repository/harness.js';
import { describeSaving } from './user-repository/saving.js';

export { type ImpossibleRow, type RepositoryUnderTest, type TableTraits } from './user-repository/harness.js';

/**
 * The contract of `UserRepository`, sentence by sentence. Every adapter runs it, once for each kind of table that it can
 * meet; `open` gives each test an empty table of its own.
 */
export function describeUserRepository(name: string, traits: TableTraits, open: () => Promise<RepositoryUnderTest>): void {
  describe(`UserRepository on ${name}`, () => {
    let table: RepositoryUnderTest;
    beforeEach(async () => {
      table = await open();
    });
    afterEach(async () => {
      await table.close();
    });

    describeSaving(traits, () => table);
    describeAsking(traits, () => table);
  });
}
