import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** One folder for everything that a run of the tests leaves on the disk, gone when the run ends, whatever became of its workers. */
export default function setup() {
  const folder = mkdtempSync(join(tmpdir(), 'userstream-test-'));
  process.env.USERSTREAM_TEST_FOLDER = folder;
  process.once('exit', () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
}
