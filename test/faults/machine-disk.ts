import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import { type AppProcess } from '../support/app-process.js';
import { eventually } from '../support/eventually.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { NOTHING_WRONG } from './support/checker.js';
import { EmbeddedInstallation } from './support/embedded-installation.js';
import { History } from './support/history.js';
import { publishAll, someEvents } from './support/load.js';
import { report } from './support/report.js';
import { diceFor, scaled, SEED } from './support/scale.js';

const EVENTS = scaled({ short: 400, long: 4_000 });
const MEGABYTES = scaled({ short: 16, long: 64 });

/** A file system of its own for one data file, which a test fills and gives room again. */
interface SmallDisk {
  fill(): void;
  makeRoom(): void;
  remove(): void;
}

function mounted(folder: string): SmallDisk {
  const ballast = join(folder, 'ballast');
  mkdirSync(folder, { recursive: true });
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${MEGABYTES}m`, 'tmpfs', folder], { stdio: 'pipe' });
  return {
    fill: () => fillUp(ballast),
    makeRoom: () => rmSync(ballast),
    remove: () => void execFileSync('umount', ['--lazy', folder], { stdio: 'pipe' }),
  };
}

/** To the last block. */
function fillUp(path: string): void {
  for (const bytes of [1_048_576, 4_096]) {
    const piece = Buffer.alloc(bytes);
    for (;;) {
      try {
        writeFileSync(path, piece, { flag: 'a' });
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
        break;
      }
    }
  }
}

/** Where no file system can be mounted: the process may not make a file longer than it is, which SQLite meets in another way. */
function limited(file: string, pidOf: () => number): SmallDisk {
  const limit = (soft: string) => execFileSync('prlimit', ['--pid', String(pidOf()), `--fsize=${soft}:unlimited`], { stdio: 'pipe' });
  return {
    fill: () => void limit(String(statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0)),
    makeRoom: () => void limit('unlimited'),
    remove: () => undefined,
  };
}

/** Whether this machine lets us mount: asked once, so that the tests' names say what they do. */
const MOUNTS = ((): boolean => {
  try {
    mounted(temporaryFolder()).remove();
    return true;
  } catch {
    return false;
  }
})();

/** Fault 9: the disk of one data file is full, and has room again. The others lie elsewhere. */
export function diskFull(): void {
  describe(`a full disk${MOUNTS ? '' : ' (no file system can be mounted here: by the limit of a file\'s size)'}, embedded (seed ${SEED})`, () => {
    let installation: EmbeddedInstallation;
    let disk: SmallDisk;
    beforeEach(() => {
      Logger.overrideLogger(false);
    });
    afterEach(async () => {
      await installation.close();
      disk.remove();
    });

    interface Readiness {
      readonly details: Readonly<Record<string, { readonly code: string | null; readonly reason: string | null; readonly suggestion: string | null }>>;
    }
    async function troubles(app: AppProcess) {
      const { status, body } = await app.get<Readiness>('/health/ready');
      return { status, found: Object.values(body.details).filter(({ code }) => code === 'data.disk-full' || code === 'data.file-failed') };
    }

    it.each(['log.db', 'table.db', 'heartbeats.db'])('of %s: the reason is named, nothing acknowledged is lost, and it goes on by itself', async (name) => {
      const dice = diceFor(`disk ${name}`);
      const dataDir = temporaryFolder();
      if (MOUNTS) {
        const folder = join(dataDir, 'small');
        disk = mounted(folder);
        symlinkSync(join(folder, name), join(dataDir, name));
      } else disk = limited(join(dataDir, name), () => app.pid ?? 0);
      installation = await EmbeddedInstallation.open(dataDir);
      const history = new History();
      await installation.makeTopic();
      const app = installation.start('processing,admin');
      await publishAll(installation.publisher, installation.topic, someEvents(dice, EVENTS), history);
      expect((await installation.settled(history)).verdict).toEqual(NOTHING_WRONG);

      disk.fill();
      const filledAt = performance.now();
      const during = someEvents(dice, EVENTS, { firstMicros: Date.now() * 1_000 });
      const publishing = publishAll(installation.publisher, installation.topic, during, history, { batch: 50, retries: 600 });
      await eventually(
        async () => {
          const { found } = await troubles(app);
          expect({ found, log: app.log.slice(-3_000) }).toMatchObject({ found: [{ reason: expect.stringContaining(name) as unknown, suggestion: expect.any(String) as unknown }, ...found.slice(1)] });
          const { blocked } = (await app.get<{ blocked: readonly { code: string; remedy: string | null }[] }>('/api/v1/status')).body;
          expect(blocked).toContainEqual(expect.objectContaining({ code: found[0]?.code, remedy: found[0]?.suggestion }));
          // A full log brings this process no events to handle: it has nothing to say but how it is. Whoever publishes says it.
          if (name !== 'log.db') expect(app.log).toContain(found[0]?.code);
        },
        { withinMs: 60_000, everyMs: 200 },
      );
      const namedS = (performance.now() - filledAt) / 1_000;

      disk.makeRoom();
      const roomAt = performance.now();
      await publishing;
      await eventually(async () => expect({ ...(await troubles(app)), log: app.log.slice(-3_000) }).toMatchObject({ status: 200, found: [] }), { withinMs: 60_000, everyMs: 200 });
      const readyS = (performance.now() - roomAt) / 1_000;
      expect(history.acknowledged).toHaveLength(2 * EVENTS);
      expect((await installation.settled(history)).verdict).toEqual(NOTHING_WRONG);
      report({
        fault: 9,
        name: `the disk of ${name} is full`,
        adapters: 'embedded',
        injected: `${MOUNTS ? 'a file system of its own, filled to the last block' : 'the limit of a file\'s size'}, ${EVENTS} events published meanwhile, then room again`,
        figures: { lost: 0, 'named after s': Number(namedS.toFixed(1)), 'ready after room s': Number(readyS.toFixed(1)) },
      });
    });
  });
}
