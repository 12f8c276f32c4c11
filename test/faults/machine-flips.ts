import { copyFileSync, cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import { codeOf } from '../../src/domain/errors.js';
import { eventually } from '../support/eventually.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { type Dice } from './support/dice.js';
import { EmbeddedInstallation } from './support/embedded-installation.js';
import { History } from './support/history.js';
import { publishAll, someEvents } from './support/load.js';
import { idOf, type Observation } from './support/observation.js';
import { report } from './support/report.js';
import { diceFor, scaled, SEED } from './support/scale.js';

const EVENTS = 300;
const FLIPS = scaled({ short: 25, long: 250 });
const FILES = ['log.db', 'table.db'] as const;
const PAGE = 4_096;

/**
 * Where a byte is flipped. SQLite's pages have no checksum: of `structure` (the file's magic and page size, the type and
 * counts of a b-tree page) a flip is seen by the check at start; of `anywhere` it is where it meets structure, and a byte
 * of a value that stays valid is seen by nobody. How many that are is counted and told, not judged.
 */
const PLACES = {
  structure: (dice: Dice, bytes: Buffer) => {
    const page = dice.between(0, bytes.length / PAGE);
    return page === 0 ? dice.pick([0, 5, 15, 16, 17, 100, 103, 104]) : page * PAGE + dice.pick([0, 3, 4]);
  },
  anywhere: (dice: Dice, bytes: Buffer) => dice.between(0, bytes.length),
} as const;

/** All that an installation says, so that two can be compared. */
function told({ records, rows, committed, offsets }: Observation): string {
  return JSON.stringify([records.map((record) => [record.partition, record.offset, idOf(record), String(record.value)]), rows, committed, offsets]);
}

function isBtreePage(bytes: Buffer, at: number): boolean {
  const page = Math.floor(at / PAGE) * PAGE;
  return page === 0 || [2, 5, 10, 13].includes(bytes[page] ?? 0);
}

/** Fault 9: bytes of data files are flipped while nobody looks. */
export function flippedBytes(): void {
  describe(`flipped bytes, embedded (seed ${SEED})`, () => {
    let whole: string;
    let before: string;
    beforeAll(async () => {
      Logger.overrideLogger(false);
      const installation = await EmbeddedInstallation.open();
      const app = installation.start('processing,admin');
      await eventually(async () => expect((await app.get('/health/ready')).status).toBe(200), { withinMs: 60_000 });
      const history = new History();
      await publishAll(installation.publisher, installation.topic, someEvents(diceFor('flips'), EVENTS), history);
      before = told((await installation.settled(history)).seen);
      expect((await app.stop()).code).toBe(0);
      await installation.close();
      whole = installation.dataDir;
    });

    /** The folder with one byte of one file turned over. */
    function flipped(file: string, at: number, bit: number): string {
      const folder = temporaryFolder();
      for (const name of ['log.db', 'table.db']) copyFileSync(join(whole, name), join(folder, name));
      const bytes = readFileSync(join(folder, file));
      bytes[at] = (bytes[at] ?? 0) ^ (1 << bit);
      writeFileSync(join(folder, file), bytes);
      return folder;
    }

    async function outcomeOf(folder: string): Promise<string> {
      let installation: EmbeddedInstallation | null = null;
      try {
        installation = await EmbeddedInstallation.open(folder);
        return told(await installation.observe()) === before ? 'the same' : 'another content';
      } catch (error) {
        return codeOf(error);
      } finally {
        await installation?.close();
      }
    }

    it.each(FILES)('in the structure of %s are seen before anything is answered', async (file) => {
      const dice = diceFor(`structure ${file}`);
      const bytes = readFileSync(join(whole, file));
      const counts = new Map<string, number>();
      for (let flip = 0; flip < FLIPS; ) {
        const at = PLACES.structure(dice, bytes);
        if (!isBtreePage(bytes, at)) continue;
        flip += 1;
        const outcome = await outcomeOf(flipped(file, at, dice.between(0, 8)));
        counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
        expect({ file, at, outcome }).not.toMatchObject({ outcome: 'another content' });
        expect({ file, at, outcome }).toMatchObject({ outcome: expect.stringMatching(/^(the same|data\.damaged|data\.newer-version)$/) as unknown });
      }
      expect(counts.get('data.damaged')).toBeGreaterThan(0);
      report({ fault: 9, name: `a flipped byte of the structure of ${file}`, adapters: 'embedded', injected: `${FLIPS} times one bit of a page's header`, figures: { 'wrong answers': 0, refused: counts.get('data.damaged') ?? 0, harmless: counts.get('the same') ?? 0 } });
    });

    it.each(FILES)('anywhere in %s: how many nobody sees is counted', async (file) => {
      const dice = diceFor(`anywhere ${file}`);
      const bytes = readFileSync(join(whole, file));
      const counts = new Map<string, number>();
      for (let flip = 0; flip < FLIPS; flip += 1) {
        const outcome = await outcomeOf(flipped(file, PLACES.anywhere(dice, bytes), dice.between(0, 8)));
        counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
      }
      report({ fault: 9, name: `a flipped byte anywhere in ${file}`, adapters: 'embedded', injected: `${FLIPS} times one bit anywhere`, figures: { ...Object.fromEntries(counts) } });
    });

    it.each(FILES)('end a real process that starts on %s with exit code 3, the file and the remedy', async (file) => {
      const folder = flipped(file, 5, 1);
      cpSync(join(folder, file), join(folder, `${file}.copy`));
      const installation = await onFolder(folder);
      const app = installation.start('processing,admin');
      expect(await app.exit()).toMatchObject({ code: 3 });
      expect(app.log).toMatch(new RegExp(`${file} is damaged`));
      expect(app.log).toContain('restore it from a backup');
      expect(readFileSync(join(folder, file)).equals(readFileSync(join(folder, `${file}.copy`)))).toBe(true);
      report({ fault: 9, name: `a process starts on a damaged ${file}`, adapters: 'embedded', injected: 'one bit of the header', figures: { 'exit code': 3 } });
    });
  });
}

/** Without a look of the test's own at the files, which would be refused. */
async function onFolder(folder: string): Promise<EmbeddedInstallation> {
  const installation = await EmbeddedInstallation.open();
  return Object.assign(installation, { dataDir: folder });
}
