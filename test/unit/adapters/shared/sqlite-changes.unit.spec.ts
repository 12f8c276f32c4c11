import { join } from 'node:path';
import { jest } from '@jest/globals';
import { SystemClock } from '../../../../src/adapters/clock-system/system-clock.js';
import { SqliteChanges } from '../../../../src/adapters/shared/sqlite-changes.js';
import { SqliteFile } from '../../../../src/adapters/shared/sqlite-file.js';
import { eventually } from '../../../support/eventually.js';
import { temporaryFolder } from '../../../support/temporary-folder.js';

describe('SqliteChanges', () => {
  let file: SqliteFile;
  let other: SqliteFile;
  let changes: SqliteChanges;
  beforeEach(() => {
    const path = join(temporaryFolder(), 'some.db');
    file = SqliteFile.open(path);
    file.exec('CREATE TABLE numbers (number INTEGER)');
    other = SqliteFile.open(path);
    changes = new SqliteChanges(file, new SystemClock());
  });
  afterEach(() => {
    changes.stop();
    other.close();
    file.close();
  });

  const writeElsewhere = () => other.write(() => void other.prepare('INSERT INTO numbers VALUES (1)').run());

  it("tells of another connection's commit when the file system does, without waiting for its next look", async () => {
    const unpolled = new SqliteChanges(file, { sleep: (_ms, signal) => new Promise((resolve) => signal?.addEventListener('abort', () => resolve())) });
    let told = 0;
    unpolled.listen(() => (told += 1));
    for (let count = 1; count <= 9; count += 1) {
      const before = told;
      writeElsewhere();
      await eventually(() => expect(told).toBeGreaterThan(before), { everyMs: 1 });
    }
    unpolled.stop();
  });

  it("tells of this process's own commits at once", () => {
    const listener = jest.fn();
    changes.listen(listener);
    changes.announce();
    expect(listener).toHaveBeenCalledTimes(1);
  });

  it('tells nobody who has had enough', async () => {
    const [gone, here] = [jest.fn(), jest.fn()];
    const forget = changes.listen(gone);
    changes.listen(here);
    forget();
    writeElsewhere();
    await eventually(() => expect(here).toHaveBeenCalled());
    expect(gone).not.toHaveBeenCalled();
  });

  it('hardly looks while nothing is written, and not at all while nobody listens', async () => {
    const looks = jest.spyOn(file, 'dataVersion');
    const forget = changes.listen(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect(looks.mock.calls.length).toBeLessThanOrEqual(6);
    forget();
    const before = looks.mock.calls.length;
    writeElsewhere();
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(looks.mock.calls.length).toBe(before);
  });

  it('can be listened to again after a pause', async () => {
    changes.listen(() => undefined)();
    const again = jest.fn();
    changes.listen(again);
    writeElsewhere();
    await eventually(() => expect(again).toHaveBeenCalled());
  });
});
