export { StorageModule } from './storage.module.js';
export { type StorageOptions } from './storage.options.js';
export { FindUser, NotAddressedByIdError } from './find-user.js';
export { FindUsersByEmail } from './find-users-by-email.js';
export { ListUsers } from './list-users.js';
export { ReadLedger } from './audit/read-ledger.js';
export { type Ledger, type LedgerTotals, type PartitionLedger } from './audit/ledger.js';
