import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, cpSync, mkdirSync, statSync, symlinkSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { readText, ROOT, stages } from './deploy-files.js';
import { isIgnored } from './docker-ignore.js';
import { type Copy, copiesOf, type Instruction, type Stage } from './dockerfile.js';

/** What only an engine can do to the image's own system; done to this machine it would harm it. */
const OF_THE_SYSTEM = /^rm -rf \/usr\/local\/lib\/node_modules [^&]*&& install --directory [^&]*$/;

/**
 * Performs the Dockerfile's steps, each stage in a folder of its own, and tells where the last one's `/app` came to be.
 * What the build stage installs is taken from this clone, which installed it from the same lock file; the rest is done.
 * @throws Error at a step that it does not know: nothing is left out silently.
 */
export function performStages(folder: string): string {
  const workdirs = new Map<string, string>();
  let app = '';
  for (const stage of stages()) {
    const home = folderOf(folder, stage.name);
    let workdir = workdirs.get(stage.from) ?? '/';
    mkdirSync(home, { recursive: true });
    for (const instruction of stage.instructions) {
      if (instruction.keyword === 'WORKDIR') workdir = instruction.text;
      else if (instruction.keyword === 'RUN') run(instruction.text, join(home, workdir));
      else if (instruction.keyword === 'COPY') copy(copyOf(stage, instruction), folder, join(home, workdir));
    }
    workdirs.set(stage.name ?? '', workdir);
    app = join(home, workdir);
  }
  return app;
}

const folderOf = (folder: string, stage: string | null): string => join(folder, stage ?? 'image');

function copyOf(stage: Stage, instruction: Instruction): Copy {
  return copiesOf({ ...stage, instructions: [instruction] })[0] as Copy;
}

function copy({ from, sources, target, mode }: Copy, folder: string, workdir: string): void {
  mkdirSync(workdir, { recursive: true });
  for (const source of sources) {
    const origin = from === null ? join(ROOT, source) : join(folderOf(folder, from), source);
    const destination = statSync(origin).isDirectory() ? join(workdir, target) : join(workdir, target, basename(source));
    // Between stages by the system's own command: there are thousands of files.
    if (from !== null) spawnSync('cp', ['-R', origin, destination]);
    else cpSync(origin, destination, { recursive: true, filter: (path) => !isIgnored(readText('.dockerignore'), relative(ROOT, path)) });
    if (mode !== null) chmodSync(destination, mode);
  }
}

function run(command: string, workdir: string): void {
  if (OF_THE_SYSTEM.test(command)) return;
  if (/^npm ci(?!.* --omit)/.test(command)) return symlinkSync(join(ROOT, 'node_modules'), join(workdir, 'node_modules'), 'dir');
  if (!/^npm (ci|run build)( --?[a-z=-]+)*$/.test(command)) throw new Error(`not performed: RUN ${command}`);
  // Of the npm that runs the tests nothing is passed on: it would take its settings for those of this one.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(npm_|NODE_OPTIONS$)/i.test(name)));
  const { status, stdout, stderr } = spawnSync('sh', ['-c', command], { cwd: workdir, env, encoding: 'utf8' });
  if (status !== 0) throw new Error(`RUN ${command} failed:\n${stdout}${stderr}`);
}

/** The image's Node under the name that its commands call it by, in a folder for PATH. */
export function placeNode(binary: string, folder: string): string {
  const bin = join(folder, 'bin');
  mkdirSync(bin, { recursive: true });
  copyFileSync(binary, join(bin, 'node'));
  chmodSync(join(bin, 'node'), 0o755);
  return bin;
}
