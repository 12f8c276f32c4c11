import { jest } from '@jest/globals';
import { Test } from '@nestjs/testing';
import { deriveId } from '../../../../src/domain/ids.js';
import { FindUser, FindUsersByEmail, ListUsers, NotAddressedByIdError, StorageModule } from '../../../../src/modules/storage/index.js';
import { EventLog } from '../../../../src/ports/event-log.port.js';
import { InvalidCursorError, RepositoryUnavailableError, UserRepository, type RowIdentity, type RowKey, type StoredPage, type StoredUser } from '../../../../src/ports/user-repository.port.js';
import { mockedEventLog, mockedPort, type Mocked } from '../../../support/mocked-ports.js';

const ID = '6c84fb90-12c4-11e1-840d-7b25c5ee775a';
const ada: StoredUser = { id: ID, fields: { first_name: 'Ada', last_name: 'Lovelace', email: 'ada@example.com' }, createdAtMicros: 1, partition: 0, offset: 0, storedAtMs: 1 };
const somePage: StoredPage = { items: [ada], next: 'more' };

describe('the queries of storage', () => {
  const find = jest.fn<(key: RowKey) => Promise<StoredUser | null>>();
  const findByEmail = jest.fn<UserRepository['findByEmail']>();
  const list = jest.fn<UserRepository['list']>();

  async function storageOver(identity: RowIdentity = { kind: 'id' }) {
    const repository: Mocked<UserRepository> = mockedPort(UserRepository, { identity, find, findByEmail, list });
    return Test.createTestingModule({ imports: [StorageModule.register({ topic: 'users_created', group: 'g' })] })
      .useMocker((token) => (token === UserRepository ? repository : token === EventLog ? mockedEventLog() : undefined))
      .compile();
  }

  beforeEach(() => {
    jest.resetAllMocks();
  });

  describe('FindUser', () => {
    it.each([
      ['a UUID', ID, ID],
      ['a UUID in capitals', ID.toUpperCase(), ID],
      ['an id that became a UUID when it was stored', 'user 42', deriveId('user', 'user 42')],
    ])('looks for %s', async (_what, given, id) => {
      find.mockResolvedValue(ada);
      expect(await (await storageOver()).get(FindUser).execute(given)).toBe(ada);
      expect(find).toHaveBeenCalledWith({ id });
    });

    it('gives null for nobody, and the table’s own errors as they are', async () => {
      const useCase = (await storageOver()).get(FindUser);
      find.mockResolvedValueOnce(null);
      expect(await useCase.execute(ID)).toBeNull();
      const away = new RepositoryUnavailableError('away');
      find.mockRejectedValueOnce(away);
      await expect(useCase.execute(ID)).rejects.toBe(away);
    });

    it('says that a table without ids cannot be asked for one, and by what it is addressed', async () => {
      const useCase = (await storageOver({ kind: 'key', columns: ['last_name', 'email'] })).get(FindUser);
      const refusal: unknown = await useCase.execute(ID).catch((error: unknown) => error);
      expect(refusal).toBeInstanceOf(NotAddressedByIdError);
      expect(refusal).toMatchObject({ code: 'storage.not-addressed-by-id', disposition: 'halt', message: expect.stringContaining('last_name, email') as string });
      expect((refusal as NotAddressedByIdError).remedy).toBeDefined();
      expect(find).not.toHaveBeenCalled();
    });
  });

  it('FindUsersByEmail asks for a page of an address as it was given', async () => {
    findByEmail.mockResolvedValue(somePage);
    const page = { cursor: 'c', limit: 3 };
    expect(await (await storageOver()).get(FindUsersByEmail).execute('Ada@Example.com', page)).toBe(somePage);
    expect(findByEmail).toHaveBeenCalledWith('Ada@Example.com', page);
  });

  it('ListUsers asks for a page, and passes a refused cursor on', async () => {
    const useCase = (await storageOver()).get(ListUsers);
    list.mockResolvedValueOnce(somePage);
    expect(await useCase.execute({ cursor: null, limit: 3 })).toBe(somePage);
    expect(list).toHaveBeenCalledWith({ cursor: null, limit: 3 });
    const refused = new InvalidCursorError('not ours');
    list.mockRejectedValueOnce(refused);
    await expect(useCase.execute({ cursor: 'x', limit: 3 })).rejects.toBe(refused);
  });
});
