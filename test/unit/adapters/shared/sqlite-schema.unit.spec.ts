import { join } from 'node:path';
import { SqliteFile } from '../../../../src/adapters/shared/sqlite-file.js';
import { NewerDataError, upgradeSchema } from '../../../../src/adapters/shared/sqlite-schema.js';
import { temporaryFolder } from '../../../support/temporary-folder.js';

const ONE = 'CREATE TABLE one (x INTEGER)';
const TWO = 'ALTER TABLE one ADD COLUMN y INTEGER; INSERT INTO one VALUES (1, 2)';

describe('upgradeSchema', () => {
  let file: SqliteFile;
  beforeEach(() => {
    file = SqliteFile.open(join(temporaryFolder(), 'some.db'));
  });
  afterEach(() => file.close());

  const rows = () => file.prepare('SELECT * FROM one').all() as unknown[];

  it('takes each step once, whatever version the file has', () => {
    upgradeSchema(file, [ONE]);
    expect(file.numberOf('PRAGMA user_version')).toBe(1);
    upgradeSchema(file, [ONE, TWO]);
    upgradeSchema(file, [ONE, TWO]);
    expect(rows()).toEqual([{ x: 1, y: 2 }]);
    expect(file.numberOf('PRAGMA user_version')).toBe(2);
  });

  it('leaves nothing of a step that fails', () => {
    expect(() => upgradeSchema(file, [ONE, 'CREATE TABLE two (x INTEGER); CREATE TABLE one (x INTEGER)'])).toThrow();
    expect(file.numberOf('PRAGMA user_version')).toBe(0);
    expect(file.numberOf('SELECT count(*) FROM sqlite_schema')).toBe(0);
  });

  it('refuses a file of a newer version', () => {
    upgradeSchema(file, [ONE, TWO]);
    expect(() => upgradeSchema(file, [ONE])).toThrow(NewerDataError);
    expect(rows()).toHaveLength(1);
  });
});
