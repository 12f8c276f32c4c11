import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { NEWER_NODE } from '../../../scripts/lib/node-release.mjs';
import { parseEnvironment } from '../../../src/config/parse-environment.js';
import { knownNames, lastStage, readText, ROOT, secretNames, stages } from '../../support/deploy-files.js';
import { isIgnored } from '../../support/docker-ignore.js';
import { all, copiesOf, execForm, last, pairsOf } from '../../support/dockerfile.js';

const noFile = () => {
  throw new Error('there is no file');
};
const packageJson = JSON.parse(readText('package.json')) as { version: string; license: string; engines: { node: string } };
/** `ENV` apart from what is not ours to read. */
const settings = () => Object.fromEntries(Object.entries(pairsOf(lastStage(), 'ENV')).filter(([name]) => name !== 'NODE_ENV'));
const KEY = { ADMIN_API_KEY: 'k'.repeat(32) };

describe('the Dockerfile', () => {
  it('starts from one image alone: the Node that the quick tests run on too, by its full version, slim', () => {
    const [base, ...others] = stages();
    expect(base?.from).toMatch(new RegExp(`^node:${NEWER_NODE.replaceAll('.', String.raw`\.`)}-[a-z]+-slim$`));
    for (const [index, { from }] of others.entries()) expect(stages().slice(0, index + 1).map(({ name }) => name)).toContain(from);
  });

  it('takes a Node that package.json allows', () => {
    const [, major, minor] = /^>=(\d+)\.(\d+)$/.exec(packageJson.engines.node) ?? [];
    const [itsMajor, itsMinor] = NEWER_NODE.split('.').map(Number) as [number, number];
    expect(itsMajor * 1_000 + itsMinor).toBeGreaterThanOrEqual(Number(major) * 1_000 + Number(minor));
  });

  it('copies from the clone only what is there and what .dockerignore lets through', () => {
    const sources = stages().flatMap(copiesOf).filter(({ from }) => from === null).flatMap((copy) => copy.sources);
    expect(sources.length).toBeGreaterThan(0);
    for (const source of sources) {
      expect([source, existsSync(join(ROOT, source))]).toEqual([source, true]);
      expect([source, isIgnored(readText('.dockerignore'), source)]).toEqual([source, false]);
    }
  });

  it.each(['.env', '.npmrc', '.git/config', 'secrets/admin_api_key', 'data/log.db', 'node_modules/zod/package.json', 'dist/main.js', '.cache/x', 'test/unit/x.ts', 'README.md'])('.dockerignore keeps %s out', (path) => {
    expect(isIgnored(readText('.dockerignore'), path)).toBe(true);
  });

  it('.dockerignore lets through no more than is copied', () => {
    const copied = new Set(stages().flatMap(copiesOf).filter(({ from }) => from === null).flatMap(({ sources }) => sources));
    const allowed = readText('.dockerignore').split('\n').filter((line) => line.startsWith('!')).map((line) => line.slice(1));
    expect(new Set(allowed)).toEqual(copied);
  });

  it("takes into the last stage the build, production's packages and two files, and nothing that builds or installs", () => {
    const copies = copiesOf(lastStage());
    expect(copies.map(({ from, sources }) => [from, ...sources])).toEqual([
      ['packages', '/app/node_modules'],
      ['build', '/app/dist'],
      [null, 'package.json', 'LICENSE'],
    ]);
    const install = all(stages().find(({ name }) => name === 'packages')!, 'RUN').map(({ text }) => text);
    expect(install).toEqual([expect.stringMatching(/^npm ci(?= .*--omit=dev)(?= .*--omit=optional)(?= .*--ignore-scripts)/)]);
    const run = all(lastStage(), 'RUN').map(({ text }) => text).join('\n');
    expect(run).not.toMatch(/\b(apt|apt-get|apk|curl|wget|make|gcc|npm (ci|i|install|run)|npx [a-z])\b/);
    for (const tool of ['/usr/local/lib/node_modules', '/usr/local/bin/npm', '/usr/local/bin/npx', '/usr/local/bin/corepack', '/opt/yarn-v*']) expect(run.split(/\s+/)).toContain(tool);
  });

  it('names the modes of what comes straight from a clone, readable for everybody', () => {
    for (const copy of copiesOf(lastStage())) if (copy.from === null) expect(copy.mode).toBe(0o644);
  });

  it('runs as a user by number who is not root, owns the data folder alone, and is not undone by a later step', () => {
    const [, uid, gid] = /^(\d+):(\d+)$/.exec(last(lastStage(), 'USER').text) ?? [];
    expect(Number(uid)).toBeGreaterThan(0);
    expect(Number(gid)).toBeGreaterThan(0);
    expect(all(lastStage(), 'USER')).toHaveLength(1);
    const keywords = lastStage().instructions.map(({ keyword }) => keyword);
    expect(Math.max(keywords.lastIndexOf('RUN'), keywords.lastIndexOf('COPY'))).toBeLessThan(keywords.indexOf('USER'));
    expect(all(lastStage(), 'RUN').at(-1)?.text).toContain(`install --directory --owner=${uid} --group=${gid} --mode=700 ${settings()['DATA_DIR']}`);
  });

  it('sets variables that the configuration knows and can read, no secret, and writes to its volume alone', () => {
    for (const name of Object.keys(settings())) expect(knownNames()).toContain(name);
    for (const name of secretNames()) expect(Object.keys(settings())).not.toContain(name);
    const { config, warnings } = parseEnvironment({ ...settings(), ...KEY }, noFile);
    expect(warnings).toEqual([]);
    expect(config.http).toEqual({ host: '0.0.0.0', port: 3_000 });
    expect(pairsOf(lastStage(), 'ENV')['NODE_ENV']).toBe('production');
    expect(last(lastStage(), 'VOLUME').text).toBe(config.dataDir);
    expect(last(lastStage(), 'EXPOSE').text).toBe(String(config.http.port));
  });

  it('cannot serve the API without a key and says which setting is missing; other roles need none', () => {
    expect(() => parseEnvironment(settings(), noFile)).toThrow(/ADMIN_API_KEY: expected a key, since HTTP_HOST/);
    expect(parseEnvironment({ ...settings(), ROLES: 'ingestion,processing' }, noFile).config.apiKey).toBeNull();
  });

  it('asks whether the process is alive with Node itself, and gives up before the engine does', () => {
    const { flags, text } = last(lastStage(), 'HEALTHCHECK');
    const [program, option, script, ...more] = execForm(text);
    expect([program, option, more]).toEqual(['node', '-e', []]);
    expect(script).toContain('/health/live');
    const limit = Number(/AbortSignal\.timeout\((\d+)\)/.exec(script ?? '')?.[1]);
    expect(limit).toBeGreaterThanOrEqual(1_000);
    expect(limit).toBeLessThan(Number.parseInt(flags['timeout'] ?? '0', 10) * 1_000);
  });

  it('starts the built app as the first process, with its signals', () => {
    expect(execForm(last(lastStage(), 'ENTRYPOINT').text)).toEqual(['node', 'dist/main.js']);
    expect(all(lastStage(), 'CMD')).toEqual([]);
    expect(last(lastStage(), 'STOPSIGNAL').text).toBe('SIGTERM');
    const { compilerOptions } = JSON.parse(readText('tsconfig.build.json')) as { compilerOptions: { outDir: string; rootDir: string } };
    expect(existsSync(join(ROOT, compilerOptions.rootDir, 'main.ts'))).toBe(true);
    expect(compilerOptions.outDir).toBe('dist');
  });

  it('is labelled as this version, and names no host', () => {
    const labels = pairsOf(lastStage(), 'LABEL');
    expect(labels).toMatchObject({ 'org.opencontainers.image.version': packageJson.version, 'org.opencontainers.image.licenses': packageJson.license });
    for (const label of Object.values(labels)) expect(label).not.toMatch(/:\/\/|\b[a-z0-9-]+\.[a-z]{2,}\b/);
  });
});
