import { join } from 'node:path';
import { SqliteFile } from '../../src/adapters/shared/sqlite-file.js';
import { type OutgoingEvent } from '../../src/domain/event-record.js';
import { poisonOn } from './poison.js';
import { EmbeddedInstallation } from './support/embedded-installation.js';
import { refusedByTable } from './support/poison.js';
import { embeddedTable } from './support/whole-table-embedded.js';

const REFUSED = 'refused.example';

/** The table has a rule of its operator's, which only SQLite knows of; a NUL is what our adapter knows it cannot keep. */
poisonOn('embedded', {
  async open() {
    const installation = await EmbeddedInstallation.open();
    const table = embeddedTable(installation.dataDir);
    await table.openRepository();
    await table.close();
    const file = SqliteFile.open(join(installation.dataDir, 'table.db'));
    file.exec(`CREATE TRIGGER refuse BEFORE INSERT ON created_users WHEN NEW.email LIKE '%@${REFUSED}' BEGIN SELECT RAISE(ABORT, 'not here'); END`);
    file.close();
    await installation.makeTopic();
    return {
      installation,
      send: (messages) => installation.publisher.publish(installation.topic, messages as readonly OutgoingEvent[]),
      close: () => installation.close(),
    };
  },
  more: (dice) => [
    ...Array.from({ length: 4 }, (_, index) => refusedByTable(dice, 'row.constraint', { email: `ada.${index}@${REFUSED}` })),
    ...Array.from({ length: 2 }, () => refusedByTable(dice, 'row.nul', { first_name: 'A\0da' })),
  ],
});
