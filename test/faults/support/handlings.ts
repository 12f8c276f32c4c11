import { join } from 'node:path';
import { SystemClock } from '../../../src/adapters/clock-system/system-clock.js';
import { SqliteFile } from '../../../src/adapters/shared/sqlite-file.js';
import { SqliteUserRepository } from '../../../src/adapters/user-repository-sqlite/sqlite-user-repository.js';
import { CORE_FIELDS } from '../../../src/domain/user.js';
import { positionOf } from './observation.js';

const WATCH = `
  CREATE TABLE handlings (partition INTEGER NOT NULL, offset INTEGER NOT NULL) STRICT;
  CREATE TRIGGER handled BEFORE INSERT ON created_users BEGIN
    INSERT INTO handlings VALUES (NEW.src_partition, NEW.src_offset);
  END`;

/**
 * Every time that an event was brought to the embedded table, written down by the table itself: an upsert that changes
 * nothing, as that of an event that comes again, leaves no trace in the row.
 */
export class Handlings {
  private constructor(private readonly file: SqliteFile) {}

  /** Before any process of the app has opened the folder. */
  static async in(dataDir: string): Promise<Handlings> {
    const table = await SqliteUserRepository.open({ dataDir, fields: CORE_FIELDS }, new SystemClock());
    table.onApplicationShutdown();
    const file = SqliteFile.open(join(dataDir, 'table.db'));
    file.exec(WATCH);
    return new Handlings(file);
  }

  /** The events' places on the users topic, one entry a time that an event was handled. */
  places(): readonly string[] {
    const rows = this.file.prepareRows('SELECT partition, offset FROM handlings').all() as [number, number][];
    return rows.map(([partition, offset]) => positionOf({ partition, offset }));
  }

  close(): void {
    this.file.close();
  }
}
