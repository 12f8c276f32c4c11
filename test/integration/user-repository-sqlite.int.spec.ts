import { describeUserRepository, type TableTraits } from '../contracts/user-repository.contract.js';
import { aReceivedUserCreated } from '../support/builders.js';
import { openSqliteTable } from '../support/sqlite-table.js';

const traits: TableTraits = {
  identity: { kind: 'id' },
  emailIndex: true,
  impossible: [
    { because: 'more bytes than a row may have', reason: 'row.too-large', event: aReceivedUserCreated({ fields: { first_name: 'é'.repeat(600_000), last_name: 'L', email: 'e' } }) },
    { because: 'an id that is no UUID', reason: 'row.wrong-type', event: aReceivedUserCreated({ userId: '42' }) },
    { because: 'a field that is no text', reason: 'row.wrong-type', event: aReceivedUserCreated({ fields: { first_name: 7 as unknown as string, last_name: 'L', email: 'e' } }) },
    { because: 'text that has no UTF-8', reason: 'row.wrong-type', event: aReceivedUserCreated({ fields: { first_name: 'A\ud800', last_name: 'L', email: 'e' } }) },
    { because: 'text with a NUL in it', reason: 'row.nul', event: aReceivedUserCreated({ fields: { first_name: 'A', last_name: 'L', email: 'e@example.com\0' } }) },
    { because: 'a time that is no number of microseconds', reason: 'row.wrong-type', event: aReceivedUserCreated({ timeMicros: Number.NaN }) },
    { because: 'a column without a value', reason: 'row.constraint', event: aReceivedUserCreated({ fields: { first_name: 'A', last_name: 'L' } }) },
  ],
};

describeUserRepository('SQLite', traits, openSqliteTable);
