import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { SystemClock } from '../../../src/adapters/clock-system/system-clock.js';
import { FileUserSource } from '../../../src/adapters/user-source-file/file-user-source.js';
import { type Config } from '../../../src/config/config.js';
import { type SourceSpec } from '../../../src/domain/run.js';
import { CORE_FIELDS } from '../../../src/domain/user.js';
import { SourceRefusedError } from '../../../src/ports/user-source.port.js';
import { sourceChoice } from '../../../src/wiring/source-choice.js';
import { WiredUserSources } from '../../../src/wiring/wired-user-sources.js';
import { startRandomUserStub, type RandomUserStub } from '../../support/randomuser-stub.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

const clock = new SystemClock();
const ANYBODY = { invented: true };

describe('the source that USER_SOURCE names', () => {
  let stub: RandomUserStub;
  let sources: WiredUserSources;
  beforeEach(async () => {
    stub = await startRandomUserStub();
    sources = new WiredUserSources(clock, ANYBODY);
  });
  afterEach(async () => {
    await sources.onApplicationShutdown();
    await stub.close();
  });

  const choose = (choice: Config['source']['choice'], { file = null, fields = CORE_FIELDS }: { file?: string | null; fields?: readonly string[] } = {}) =>
    sourceChoice({ source: { choice, randomUserUrl: stub.url, file }, fields }, sources, clock);

  it.each(['randomuser', 'synthetic'] as const)('is %s and no other', async (name) => {
    expect(await choose(name)).toMatchObject({ kind: 'fixed', spec: { name } });
  });

  it('is the file, read once for its content: the source that read it serves the plans', async () => {
    const opening = jest.spyOn(FileUserSource, 'open');
    const file = join(temporaryFolder(), 'people.csv');
    writeFileSync(file, 'first_name,last_name,email\nAda,Lovelace,ada@example.com\n');
    const choice = await choose('file', { file });
    if (choice.kind !== 'fixed') throw new Error('a file is one source');
    expect(sources.open(choice.spec)).toBe(await opening.mock.results[0]?.value);
    opening.mockRestore();
  });

  it.each(['randomuser', 'synthetic', 'file'] as const)('names in its plans (%s) the fields that USER_FIELDS names, in that order', async (name) => {
    const file = join(temporaryFolder(), 'people.ndjson');
    writeFileSync(file, '');
    const fields = ['phone', 'email', 'id', 'last_name', 'first_name'];
    expect(await choose(name, { file, fields })).toMatchObject({ spec: { parameters: { fields: 'phone,email,id,last_name,first_name' } } });
  });

  it('is the API for auto if it answers, else people who are invented', async () => {
    const choice = await choose('auto');
    if (choice.kind !== 'auto') throw new Error('auto is no choice');
    const { signal } = new AbortController();
    expect([choice.preferred.name, choice.fallback.name]).toEqual(['randomuser', 'synthetic']);
    expect(await choice.reachable(signal)).toBe(true);
    stub.failAlways('reset');
    expect(await choice.reachable(signal)).toBe(false);
  });

  it.each([
    ['what was answered ahead of need, and nobody is asked again', Promise.resolve(false), false],
    ['what is answered now, where the early question failed', Promise.reject<boolean>(new Error('no thread')), true],
  ])('is for auto %s', async (_name, asked, reached) => {
    const choice = await sourceChoice({ source: { choice: 'auto', randomUserUrl: stub.url, file: null }, fields: CORE_FIELDS }, sources, clock, asked);
    expect(choice.kind === 'auto' && (await choice.reachable(new AbortController().signal))).toBe(reached);
  });
});

describe('the sources of a process', () => {
  const spec: SourceSpec = { name: 'randomuser', parameters: { url: 'http://127.0.0.1:9/', fields: 'first_name,last_name,email' } };

  it('are opened once, in whatever order a plan names their parameters', () => {
    const sources = new WiredUserSources(clock, ANYBODY);
    const { fields, url } = spec.parameters as { fields: string; url: string };
    const source = sources.open(spec);
    expect(sources.open({ name: 'randomuser', parameters: { fields, url } })).toBe(source);
    expect(sources.open({ name: 'randomuser', parameters: { url: 'http://127.0.0.1:10/', fields } })).not.toBe(source);
    expect(sources.open({ name: 'synthetic', parameters: { fields } }).spec.name).toBe('synthetic');
    expect(sources.remote).toHaveLength(2);
  });

  it('are none that only a newer version knows', () => {
    const newer = { name: 'telepathy', parameters: {} } as unknown as SourceSpec;
    expect(() => new WiredUserSources(clock, ANYBODY).open(newer)).toThrow(SourceRefusedError);
  });

  it('invent nobody for a log or a table that others use, whatever an old plan says', () => {
    const sources = new WiredUserSources(clock, { invented: false });
    expect(() => sources.open({ name: 'synthetic', parameters: {} })).toThrow(expect.objectContaining({ code: 'source.invented-people', disposition: 'halt' }) as Error);
    expect(sources.open(spec).spec.name).toBe('randomuser');
  });
});
