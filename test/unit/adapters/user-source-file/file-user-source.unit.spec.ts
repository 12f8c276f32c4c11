import { appendFile, mkdir, utimes, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileFailureOf } from '../../../../src/adapters/user-source-file/file-failures.js';
import { fingerprintOf } from '../../../../src/adapters/user-source-file/file-fingerprint.js';
import { FileUserSource, type FileUserSourceOptions } from '../../../../src/adapters/user-source-file/file-user-source.js';
import { deriveId, toUserId } from '../../../../src/domain/ids.js';
import { type Page } from '../../../../src/ports/user-source.port.js';
import { FakeClock } from '../../../support/fake-clock.js';
import { temporaryFolder } from '../../../support/temporary-folder.js';

const clock = new FakeClock();
const signal = new AbortController().signal;
const json = (given: object) => JSON.stringify({ first_name: 'Ada', last_name: 'Lovelace', email: 'ada@example.com', ...given });
const HEADER = 'id,first_name,last_name,email';

async function aFile(name: string, content: string | Buffer): Promise<string> {
  const path = join(temporaryFolder(), name);
  await writeFile(path, content);
  return path;
}

async function open(name: string, content: string | Buffer, options: Partial<FileUserSourceOptions> = {}): Promise<FileUserSource> {
  return FileUserSource.open({ path: await aFile(name, content), ...options }, clock);
}

const fetchPage = (source: FileUserSource, size = 100, cursor: string | null = null): Promise<Page> =>
  source.fetchPage({ runId: 'run', seed: '0', page: 1, cursor, size }, signal);
const reasons = ({ rejected }: Page) => rejected.map(({ index, reason }) => `${index} ${reason}`);
const ids = ({ users }: Page) => users.map(({ user }) => user.id);
const emails = ({ users }: Page) => users.map(({ index, user }) => `${index} ${user.fields['email']}`);

describe('a file of JSON lines', () => {
  it('gives a user a line, with its id or one of file name and line number', async () => {
    const page = await fetchPage(await open('people.jsonl', [json({ id: 'B29CB619-0FDB-4D46-B127-AA07D254CE00' }), json({ id: 'emp-7' }), json({ id: 7 }), '', json({}), json({ id: null })].join('\n')));
    expect(page.next).toBeNull();
    expect(ids(page)).toEqual(['b29cb619-0fdb-4d46-b127-aa07d254ce00', toUserId('emp-7'), toUserId('7'), deriveId('file', 'people.jsonl', 5), deriveId('file', 'people.jsonl', 6)]);
  });

  it('rejects what is no user, by its place and reason, and lets the rest flow', async () => {
    const lines = [
      json({ email: 'first@example.com' }),
      '{"first_name":',
      '[1]',
      'null',
      json({ email: undefined }),
      json({ email: ' ' }),
      json({ email: 7 }),
      json({ email: 'x'.repeat(1_025) }),
      json({ id: ' ' }),
      json({ id: {} }),
      json({ id: 1.5 }),
      Buffer.from(json({ email: 'é' }), 'latin1'),
      json({ pad: 'x'.repeat(3_000) }),
      json({ email: 'last@example.com' }),
    ];
    const page = await fetchPage(await open('people.ndjson', Buffer.concat(lines.flatMap((line) => [Buffer.from(line), Buffer.from('\n')])), { maxRecordBytes: 2_000 }));
    expect(emails(page)).toEqual(['0 first@example.com', '13 last@example.com']);
    expect(reasons(page)).toEqual([
      '1 record.not-json',
      '2 record.not-an-object',
      '3 record.not-an-object',
      '4 field.missing',
      '5 field.blank',
      '6 field.wrong-type',
      '7 field.too-long',
      '8 field.blank',
      '9 field.wrong-type',
      '10 field.wrong-type',
      '11 record.not-utf8',
      '12 record.too-long',
    ]);
  });

  it('passes over a line longer than what is read at a time, and knows the lines after it', async () => {
    const page = await fetchPage(await open('people.ndjson', [json({}), 'x'.repeat(500_000), json({})].join('\n'), { maxRecordBytes: 70_000 }));
    expect(reasons(page)).toEqual(['1 record.too-long']);
    expect(ids(page)).toEqual([deriveId('file', 'people.ndjson', 1), deriveId('file', 'people.ndjson', 3)]);
  });

  it('takes a line of just the longest size, and one that lies across two reads', async () => {
    const long = json({ pad: 'x'.repeat(65_000) });
    const page = await fetchPage(await open('people.ndjson', [json({}), long, long, json({})].join('\n'), { maxRecordBytes: Buffer.byteLength(long) }));
    expect(page.rejected).toEqual([]);
    expect(page.users).toHaveLength(4);
  });

  it.each([
    ['Windows line ends and a byte order mark', `\ufeff${json({})}\r\n\r\n${json({})}\r\n`, [1, 3]],
    ['blank lines everywhere', `\n \n${json({})}\n\t\n${json({})}\n\n`, [3, 5]],
    ['no last line end', `${json({})}\n${json({})}`, [1, 2]],
  ])('reads %s', async (_what, content, lines) => {
    const page = await fetchPage(await open('people.ndjson', content));
    expect(page.rejected).toEqual([]);
    expect(ids(page)).toEqual(lines.map((line) => deriveId('file', 'people.ndjson', line)));
  });

  it.each(['', '\n\n', '\ufeff'])('ends at once where there is nobody: %j', async (content) => {
    expect(await fetchPage(await open('people.ndjson', content))).toMatchObject({ users: [], rejected: [], next: null });
  });

  it('keeps the fields that it was told to take, the id too if asked', async () => {
    const page = await fetchPage(await open('people.ndjson', json({ id: 'x', phone: 5, password: 'hush' }), { fields: ['id', 'first_name', 'last_name', 'email', 'phone'] }));
    expect(page.users[0]?.user.fields).toEqual({ id: toUserId('x'), first_name: 'Ada', last_name: 'Lovelace', email: 'ada@example.com', phone: '5' });
  });

  it('counts the rejected among a page, and ends a full last page with the file', async () => {
    const source = await open('people.ndjson', [json({}), 'x', json({}), 'x', '', ''].join('\n'));
    const first = await fetchPage(source, 2);
    expect(reasons(first)).toEqual(['1 record.not-json']);
    const second = await fetchPage(source, 2, first.next);
    expect({ ids: ids(second), reasons: reasons(second), next: second.next }).toEqual({ ids: [deriveId('file', 'people.ndjson', 3)], reasons: ['1 record.not-json'], next: null });
  });

  it.each(['', 'x', '1', '0.0', '-5.2', '99999999999999999.1'])('refuses the cursor %j of somebody else', async (cursor) => {
    await expect(fetchPage(await open('people.ndjson', json({})), 1, cursor)).rejects.toMatchObject({ code: 'source.invalid-cursor', disposition: 'halt' });
  });
});

describe('a CSV file', () => {
  it('takes columns by their names, in any order, and quoted values as they are', async () => {
    const page = await fetchPage(await open('people.csv', 'email,extra, last_name ,first_name,id\nada@example.com,x,"Love ""L"", lace","Ada\nAugusta",\nb@example.com,,B,A,7\n'));
    expect(page.users.map(({ user }) => user)).toEqual([
      { id: deriveId('file', 'people.csv', 2), fields: { first_name: 'Ada\nAugusta', last_name: 'Love "L", lace', email: 'ada@example.com' } },
      { id: toUserId('7'), fields: { first_name: 'A', last_name: 'B', email: 'b@example.com' } },
    ]);
  });

  it('rejects rows that are none, and lets the rest flow', async () => {
    const rows = [HEADER, '1,A,B,a@example.com', '2,A,B', '3,A,B,c@example.com,x', '4,A,"B,d@example.com', '5,A,B"B,e@example.com', '6,,B,f@example.com', '7,"A"A,B,g@example.com', '8,A,B,h@example.com', ''];
    const page = await fetchPage(await open('people.csv', rows.join('\r\n')));
    expect(emails(page)).toEqual(['0 a@example.com', '7 h@example.com']);
    expect(reasons(page)).toEqual(['1 record.wrong-column-count', '2 record.wrong-column-count', '3 record.not-csv', '4 record.not-csv', '5 field.missing', '6 record.not-csv']);
  });

  it('loses one row to a quote that is never closed, not the file', async () => {
    const rest = Array.from({ length: 3_000 }, (_, index) => `${index},A,B,p${index}@example.com`);
    const page = await fetchPage(await open('people.csv', [HEADER, '"0,A,B,z@example.com', ...rest].join('\n'), { maxRecordBytes: 10_000 }), 5_000);
    expect(reasons(page)).toEqual(['0 record.not-csv']);
    expect(page.users.map(({ user }) => user.fields['email'])).toEqual(rest.map((row) => row.split(',')[3]));
  });

  it('goes on after values of several lines, from a cursor too', async () => {
    const source = await open('people.csv', `${HEADER}\r\n,"A\r\nA",B,a@example.com\r\n\r\n,A,B,b@example.com\r\n`);
    const first = await fetchPage(source, 1);
    expect(ids(first)).toEqual([deriveId('file', 'people.csv', 2)]);
    expect(ids(await fetchPage(FileUserSource.of(source.spec, clock), 1, first.next))).toEqual([deriveId('file', 'people.csv', 5)]);
  });

  it('reads a byte order mark and ends where there are no rows', async () => {
    expect(await fetchPage(await open('people.csv', `\ufeff${HEADER}\n`))).toMatchObject({ users: [], next: null });
    expect(await fetchPage(await open('people.csv', ''))).toMatchObject({ users: [], next: null });
  });

  it.each([
    ['id,first_name,email\n', 'last_name'],
    [`${HEADER},email\n`, 'twice'],
    ['1,A,B,a@example.com\n', 'first_name, last_name, email'],
  ])('refuses the header %j and says why', async (content, why) => {
    await expect(fetchPage(await open('people.csv', content))).rejects.toMatchObject({ code: 'source.file-header', disposition: 'halt', message: expect.stringContaining(why) as string });
  });
});

describe('a file that cannot be', () => {
  it.each([
    ['missing', async () => join(temporaryFolder(), 'people.csv'), 'source.file-missing'],
    ['a folder', async () => mkdir(join(temporaryFolder(), 'people.csv'), { recursive: true }) as Promise<string>, 'source.file-not-a-file'],
    ['of no known format', () => aFile('people.xlsx', 'x'), 'source.file-format'],
  ])('is refused with a remedy: %s', async (_what, path, code) => {
    await expect(FileUserSource.open({ path: await path() }, clock)).rejects.toMatchObject({ code, disposition: 'halt', remedy: expect.stringMatching(/.+/) as string });
  });

  it.each([
    ['EACCES', 'source.file-unreadable', 'halt'],
    ['EPERM', 'source.file-unreadable', 'halt'],
    ['EIO', 'source.file-unavailable', 'retry'],
    ['EMFILE', 'source.file-unavailable', 'retry'],
  ])('means by %s: %s', (code, expected, disposition) => {
    expect(fileFailureOf(Object.assign(new Error('no'), { code }), '/people.csv')).toMatchObject({ code: expected, disposition });
  });

  it('leaves an error alone that it does not know: that is a bug', () => {
    const bug = new TypeError('bug');
    expect(fileFailureOf(bug, '/people.csv')).toBe(bug);
  });

  it.each([
    ['people.ndjson', [0xff, 0xfe]],
    ['people.csv', [0xfe, 0xff]],
  ])('is refused in UTF-16: %s', async (name, mark) => {
    await expect(fetchPage(await open(name, Buffer.from([...mark, 0x7b, 0])))).rejects.toMatchObject({ code: 'source.file-encoding' });
  });
});

describe('the content that a plan names', () => {
  it('is in the spec, by path and SHA-256', async () => {
    const source = await open('people.ndjson', 'abc');
    expect(source.spec).toEqual({
      name: 'file',
      parameters: { path: expect.stringMatching(/^\/.*people\.ndjson$/) as string, sha256: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad', fields: 'first_name,last_name,email' },
    });
    expect(source.sha256).toBe(source.spec.parameters['sha256']);
    const path = String(source.spec.parameters['path']);
    expect((await fingerprintOf(path)).sha256).toBe(source.sha256);
    expect(basename(path)).toBe('people.ndjson');
  });

  it('is refused once it has changed, and served again when it is back', async () => {
    const source = await open('people.ndjson', `${json({})}\n`);
    const path = String(source.spec.parameters['path']);
    const before = await fetchPage(source);
    await appendFile(path, json({}));
    await expect(fetchPage(source)).rejects.toMatchObject({ code: 'source.file-changed', disposition: 'halt' });
    await expect(fetchPage(FileUserSource.of(source.spec, clock))).rejects.toMatchObject({ code: 'source.file-changed' });
    await writeFile(path, `${json({})}\n`);
    expect(ids(await fetchPage(source))).toEqual(ids(before));
  });

  it('is known by its bytes, not by its date', async () => {
    const source = await open('people.ndjson', json({}));
    await utimes(String(source.spec.parameters['path']), 1, 1);
    expect((await fetchPage(source)).users).toHaveLength(1);
  });

  it('is noticed although the size is the same', async () => {
    const source = await open('people.ndjson', json({ email: 'a@example.com' }));
    await writeFile(String(source.spec.parameters['path']), json({ email: 'b@example.com' }));
    await expect(fetchPage(source)).rejects.toMatchObject({ code: 'source.file-changed' });
  });
});
