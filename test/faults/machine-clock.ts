import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Logger } from '@nestjs/common';
import { type Plan } from '../../src/domain/run.js';
import { type AppProcess } from '../support/app-process.js';
import { eventually } from '../support/eventually.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { NOTHING_WRONG } from './support/checker.js';
import { History } from './support/history.js';
import { type Installation } from './support/installation.js';
import { plannedEvents } from './support/planned-events.js';
import { report } from './support/report.js';
import { diceFor, scaled, SEED } from './support/scale.js';

const PRELOAD = pathToFileURL(join(import.meta.dirname, 'support', 'jumping-clock.mjs')).href;
const HOUR_MS = 3_600_000;
/** Ahead, right again, behind, right again; the long form several times, and by chance. */
const JUMPS = scaled({ short: [1, 0, -1, 0], long: [1, 0, -1, 0, 1, -1, 1, 0, -1, 0] });
/** A lease, the rest of a window, and what a busy machine takes for the slots that nobody was awake in. */
const MOVES_WITHIN_MS = scaled({ short: 90_000, long: 90_000 });
const PAGES_ON = 15;

interface RunView {
  readonly id: string;
  readonly outcome: string | null;
  readonly plan: Omit<Plan, 'window'> & { readonly window: { readonly start: string; readonly end: string } };
}

/** Fault 9: the wall clock of every process jumps by an hour, both ways, while they run; what counts time does not. */
export function clockJumpsOn(adapters: Installation['adapters'], open: () => Promise<Installation>): void {
  describe(`a clock that jumps, on ${adapters} (seed ${SEED})`, () => {
    let installation: Installation;
    const clockFile = join(temporaryFolder(), 'ahead-ms');
    const set = (hours: number) => writeFileSync(clockFile, String(hours * HOUR_MS));
    beforeEach(async () => {
      Logger.overrideLogger(false);
      set(0);
      installation = await open();
    });
    afterEach(() => installation.close());

    const start = (roles: string) =>
      installation.start(roles, { NODE_OPTIONS: `--import=${PRELOAD}`, JUMPING_CLOCK_FILE: clockFile, INGEST_MODE: 'continuous', INGEST_RATE: '50', INGEST_PAGE_SIZE: '10', INGEST_WINDOW: '10s' });

    const isReady = async (app: AppProcess) => {
      const { status, body } = await app.get('/health/ready');
      expect({ status, body, log: app.log.slice(-2_000) }).toMatchObject({ status: 200 });
    };

    /** How far the log and the group have come. */
    async function moved(): Promise<{ readonly published: number; readonly handled: number }> {
      const { log, topic, group } = installation;
      const offsets = await log.offsets(topic);
      const committed = await log.committed(topic, group);
      return { published: offsets.reduce((sum, { end }) => sum + end, 0), handled: committed.reduce((sum, { offset }) => sum + offset, 0) };
    }

    /** Some pages go out and come through from now on; how long that took, in seconds. */
    async function movesOn(apps: readonly AppProcess[]): Promise<number> {
      const startedAt = performance.now();
      const before = await moved();
      await eventually(
        async () => {
          const now = await moved();
          const logs = apps.map(({ log }) => log.slice(-1_500));
          expect({ published: now.published >= before.published + PAGES_ON * 10, handled: now.handled > before.published, logs }).toMatchObject({ published: true, handled: true });
        },
        { withinMs: MOVES_WITHIN_MS, everyMs: 200 },
      );
      return (performance.now() - startedAt) / 1_000;
    }

    it('by an hour, both ways: people flow on, nothing is lost, and every process is ready', async () => {
      const dice = diceFor('clock');
      const ingestion = start('ingestion,admin');
      const apps = [ingestion, start('processing'), start('processing')];
      await eventually(() => Promise.all(apps.map(isReady)), { withinMs: 90_000, everyMs: 200 });
      await movesOn(apps);
      const took: number[] = [];
      for (const hours of JUMPS) {
        await new Promise((resolve) => setTimeout(resolve, dice.between(0, 2_000)));
        set(hours);
        took.push(await movesOn(apps));
        await eventually(() => Promise.all(apps.map(isReady)), { withinMs: 30_000, everyMs: 200 });
      }
      const { body } = await ingestion.get<{ items: readonly RunView[] }>('/api/v1/runs?limit=500');
      expect((await ingestion.stop()).code).toBe(0);

      const history = new History();
      for (const { id, plan: { window, ...plan }, outcome } of body.items) {
        if (outcome === 'skipped') continue;
        expect({ id, outcome }).not.toMatchObject({ outcome: 'failed' });
        const planned = await plannedEvents(id, { ...plan, window: { startMs: Date.parse(window.start), endMs: Date.parse(window.end) } });
        history.attempt(planned);
        if (outcome === 'succeeded') history.acknowledge(planned.map((event) => event.id));
      }
      expect(history.acknowledged.length).toBeGreaterThan(0);
      const { verdict, seen } = await installation.settled(history);
      expect(verdict).toEqual(NOTHING_WRONG);
      report({
        fault: 9,
        name: 'the clock jumps an hour',
        adapters,
        injected: `the wall clock of an ingestion and two processing processes set to ${JUMPS.map((hours) => `${hours} h`).join(', ')} while 50 users/s flow in windows of 10 s`,
        figures: { lost: 0, 'rows twice': 0, rows: seen.rows.length, 'longest until 150 more were published and what was there handled, s': Number(Math.max(...took).toFixed(1)), runs: body.items.length },
      });
    });
  });
}
