import { SystemClock } from '../../../src/adapters/clock-system/system-clock.js';
import { SqliteUserRepository } from '../../../src/adapters/user-repository-sqlite/sqlite-user-repository.js';
import { CORE_FIELDS } from '../../../src/domain/user.js';
import { type StoredPage } from '../../../src/ports/user-repository.port.js';
import { endAppProcesses } from '../../support/app-process.js';
import { SqliteBus } from '../../support/sqlite-bus.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { Installation } from './installation.js';
import { type Row } from './observation.js';

/** A data folder. */
export class EmbeddedInstallation extends Installation {
  readonly adapters = 'embedded';
  readonly topic = 'users_created';
  readonly group = 'userstream';

  private constructor(
    readonly dataDir: string,
    private readonly bus: SqliteBus,
  ) {
    super();
  }

  static async open(dataDir = temporaryFolder()): Promise<EmbeddedInstallation> {
    return new EmbeddedInstallation(dataDir, await SqliteBus.open({ dataDir }));
  }

  protected get environment(): Readonly<Record<string, string>> {
    return { DATA_DIR: this.dataDir, USER_SOURCE: 'synthetic', INGEST_MODE: 'manual' };
  }

  get publisher() {
    return this.bus.publisher;
  }

  get log() {
    return this.bus.log;
  }

  protected get topics() {
    return this.bus.topics;
  }

  async close(): Promise<void> {
    await endAppProcesses();
    await this.bus.close();
  }

  protected async rows(): Promise<readonly Row[]> {
    const table = await SqliteUserRepository.open({ dataDir: this.dataDir, fields: CORE_FIELDS }, new SystemClock());
    try {
      const rows: Row[] = [];
      for (let page: StoredPage | null = null; page === null || page.next !== null; ) {
        page = await table.list({ cursor: page?.next ?? null, limit: 1_000 });
        for (const { id, fields, createdAtMicros, partition, offset } of page.items) rows.push({ userId: id ?? '', fields, timeMicros: createdAtMicros ?? 0, partition: partition ?? 0, offset: offset ?? 0 });
      }
      return rows;
    } finally {
      table.onApplicationShutdown();
    }
  }
}
