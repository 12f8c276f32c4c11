import { readdir, readFile, readlink, rename, writeFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { SystemClock } from '../../src/adapters/clock-system/system-clock.js';
import { FileUserSource } from '../../src/adapters/user-source-file/file-user-source.js';
import { writePeopleFiles } from '../../scripts/people-files.mjs';
import { describeUserSource } from '../contracts/user-source.contract.js';
import { recordedLargeFile } from '../support/randomuser-people.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const FIELDS = ['first_name', 'last_name', 'email'];
const PEOPLE = 40;
const clock = new SystemClock();

for (const format of ['ndjson', 'csv'] as const) {
  describeUserSource(`file, ${format}`, async () => {
    const whole = (await writePeopleFiles(recordedLargeFile(), temporaryFolder()))[format];
    const lines = (await readFile(whole, 'utf8')).split('\n');
    const header = format === 'csv' ? 1 : 0;
    const path = join(temporaryFolder(), `few${extname(whole)}`);
    await writeFile(path, lines.slice(0, PEOPLE + header).join('\n'));
    const hidden = `${path}.away`;
    return {
      source: await FileUserSource.open({ path }, clock),
      fields: FIELDS,
      reopen: (spec) => FileUserSource.of(spec, clock),
      goAway: () => rename(path, hidden),
      comeBack: () => rename(hidden, path),
      spoil: async (index) => {
        const spoiled = join(temporaryFolder(), `spoiled${extname(path)}`);
        await writeFile(spoiled, lines.with(index + header, '"oops').slice(0, PEOPLE).join('\n'));
        return FileUserSource.open({ path: spoiled }, clock);
      },
      secrets: () => [],
      running: () => openFilesOf(path),
      close: async () => undefined,
    };
  });
}

/** How many of this process's file descriptors are of this file; 0 where the system does not tell. */
async function openFilesOf(path: string): Promise<number> {
  const descriptors = await readdir('/proc/self/fd').catch(() => []);
  const targets = await Promise.all(descriptors.map((descriptor) => readlink(`/proc/self/fd/${descriptor}`).catch(() => '')));
  return targets.filter((target) => target === path).length;
}

describe('the 5,000 recorded people, as files', () => {
  it.each(['ndjson', 'csv'] as const)('come out of %s as they went in, ids, names and emails, page by page', async (format) => {
    const files = await writePeopleFiles(recordedLargeFile(), temporaryFolder());
    const source = await FileUserSource.open({ path: files[format] }, clock);
    const found: object[] = [];
    for (let page = 1, cursor: string | null = null; ; page += 1) {
      const got = await source.fetchPage({ runId: 'run', seed: '0', page, cursor, size: 333 }, new AbortController().signal);
      found.push(...got.users.map(({ user }) => ({ id: user.id, ...user.fields })));
      expect(got.rejected).toEqual([]);
      cursor = got.next;
      if (cursor === null) break;
    }
    expect(found).toEqual(files.people);
  });
});
