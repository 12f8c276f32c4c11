import { Module } from '@nestjs/common';
import { ReadLedger } from './audit/read-ledger.js';
import { FindUser } from './find-user.js';
import { FindUsersByEmail } from './find-users-by-email.js';
import { ListUsers } from './list-users.js';
import { ConfigurableStorageModule } from './storage.options.js';

/** What is stored and how it is asked for, over the ports `UserRepository` and `EventLog`. */
@Module({
  providers: [FindUser, FindUsersByEmail, ListUsers, ReadLedger],
  exports: [FindUser, FindUsersByEmail, ListUsers, ReadLedger],
})
export class StorageModule extends ConfigurableStorageModule {}
