import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const folders: string[] = [];

/** An empty folder of this test's own, removed after the test file; what is left then goes with the run. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(process.env['USERSTREAM_TEST_FOLDER'] ?? tmpdir(), 'userstream-test-'));
  folders.push(folder);
  return folder;
}

function removeTemporaryFolders(): void {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
}

if (typeof afterAll === 'function') afterAll(removeTemporaryFolders);
