/** A server's jars, fetched once with Maven and kept in `.cache/servers` for every later run. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cache, readText, say, underLock } from '../lib/lock.mjs';

/** This machine can't fetch the jars: no Maven, or no way out. */
export class Unobtainable extends Error {}

/**
 * @param {{ name: string, version: string, artifacts: string[] }} wanted artifacts as `group:artifact:version`
 * @returns {Promise<string>} the class path of them and everything they need at run time
 * @throws Unobtainable
 */
export async function fetchJars({ name, version, artifacts }) {
  const folder = join(cache, 'servers', `${name}-${version}`);
  const jars = join(folder, 'jars');
  const pom = pomOf(artifacts);
  const wanted = createHash('sha256').update(pom).digest('hex');
  const stamp = join(folder, 'stamp');
  if (readText(stamp) !== wanted) {
    await underLock(`servers-${name}`, async () => {
      if (readText(stamp) === wanted) return;
      say(`Fetching ${name} ${version} …`);
      rmSync(folder, { recursive: true, force: true });
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, 'pom.xml'), pom);
      await maven(['dependency:copy-dependencies', '-DincludeScope=runtime', `-DoutputDirectory=${jars}`], folder);
      writeFileSync(stamp, wanted);
    });
  }
  return join(jars, '*');
}

/** Maven without a project of its own needs one made for it. Where it fetches from is the machine's business. */
function pomOf(artifacts) {
  const dependencies = artifacts.map((artifact) => {
    const [group, id, version] = artifact.split(':');
    return `    <dependency><groupId>${group}</groupId><artifactId>${id}</artifactId><version>${version}</version></dependency>`;
  });
  return `<project>
  <modelVersion>4.0.0</modelVersion>
  <groupId>userstream</groupId>
  <artifactId>servers</artifactId>
  <version>1</version>
  <dependencies>
${dependencies.join('\n')}
  </dependencies>
</project>
`;
}

async function maven(args, cwd) {
  const child = spawn('mvn', ['-B', '-q', ...args], { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  const kill = () => child.kill();
  process.once('exit', kill);
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (said += text));
  const outcome = await new Promise((resolve) => child.once('error', resolve).once('close', resolve));
  process.off('exit', kill);
  if (outcome?.code === 'ENOENT') throw new Unobtainable('there is no Maven');
  if (outcome !== 0) throw new Unobtainable(`Maven could not fetch the servers (${firstErrorOf(said)})`);
}

function firstErrorOf(said) {
  const line = said.split('\n').find((text) => text.startsWith('[ERROR]')) ?? said.trim().split('\n')[0];
  return line.replace('[ERROR]', '').trim().slice(0, 300);
}
