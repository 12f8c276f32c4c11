import { Logger } from '@nestjs/common';
import { eventually } from '../support/eventually.js';
import { type Bug, Bugs } from './support/bugs.js';
import { NOTHING_WRONG } from './support/checker.js';
import { History } from './support/history.js';
import { type Adapters, type Installation } from './support/installation.js';
import { publishAll, someEvents } from './support/load.js';
import { EVENTS, partsOf, USERS } from './support/parts.js';
import { isReady, notReadyBecause, seconds } from './support/readiness.js';
import { report } from './support/report.js';
import { diceFor, SCALE, scaled, SEED } from './support/scale.js';

/** The long form waits for the app's own watchdog, at its 60 s. */
const WATCHDOG_MS = scaled({ short: 4_000, long: 60_000 });
/** A batch begins to wait a moment after it was published, and readiness is asked for now and then: on top of the bound. */
const NOTICE_MS = 10_000;

/** Fault 5, of what gets stuck inside a process that runs on. */
export function stuckOn(adapters: Adapters, open: () => Promise<Installation>): void {
  describe(`what gets stuck, on ${adapters} (seed ${SEED})`, () => {
    let installation: Installation;
    let history: History;
    beforeEach(async () => {
      Logger.overrideLogger(false);
      installation = await open();
      history = new History();
      await installation.makeTopic();
    });
    afterEach(() => installation.close());

    const stored = async () => expect((await installation.settled(history)).verdict).toEqual(NOTHING_WRONG);
    const committed = async () => (await installation.observe()).committed.map(({ partition, offset }) => `${partition}/${offset}`).sort();

    it('a bug in the store path halts it, says so and passes nothing; once it is gone, resuming or a restart stores all', async () => {
      const publish = partsOf('store path', installation, history);
      const bugs = new Bugs();
      const app = installation.start('processing,admin', bugs.environment);
      await publish(0);
      await stored();
      const before = await committed();

      bugs.putIn('store-throws');
      const began = performance.now();
      await publish(1);
      await notReadyBecause(app, 'processing', 'unexpected.TypeError');
      const noticed = seconds(began);
      expect(app.log).toMatch(/partition \d of \S+ has halted at offset \d+: unexpected\.TypeError/);
      expect(await committed()).toEqual(before);
      bugs.takeOut();
      expect((await app.post('/api/v1/processing/resume')).status).toBe(200);
      await stored();
      await isReady(app);

      bugs.putIn('store-throws');
      await publish(2);
      await notReadyBecause(app, 'processing', 'unexpected.TypeError');
      expect(await app.stop()).toEqual({ code: 0, signal: null });
      installation.start('processing');
      await stored();
      report({ fault: 5, name: 'a bug in the store path', adapters, injected: 'a TypeError at each batch, twice; taken out, then resumed the first time and started again the second', figures: { lost: 0, events: EVENTS, 'said after s': noticed } });
    }, 600_000);

    it('a handler that hangs is noticed by the watchdog; another instance takes over, and what hung overwrites nothing newer when it goes on', async () => {
      const publish = partsOf('hangs', installation, history);
      const bugs = new Bugs({ stalledAfterMs: scaled({ short: WATCHDOG_MS, long: undefined }) });
      const app = installation.start('processing,admin', bugs.environment);
      await publish(0);
      await stored();

      bugs.putIn('store-hangs');
      await publish(1);
      await eventually(() => expect(app.log).toContain('BUG the handler hangs'), { withinMs: 30_000 });
      const began = performance.now();
      await notReadyBecause(app, 'processing', 'bus.no-progress', WATCHDOG_MS + 60_000);
      const noticed = seconds(began);
      if (SCALE === 'long') expect(noticed).toBeLessThan((WATCHDOG_MS + NOTICE_MS) / 1_000);

      const tookOverFrom = performance.now();
      const other = installation.start('processing');
      await eventually(() => expect(other.log).toMatch(/took \d/), { withinMs: 90_000 });
      const tookOver = seconds(tookOverFrom);
      await publish(2);
      bugs.takeOut();
      await stored();
      await isReady(app);
      report({ fault: 5, name: 'a handler that hangs', adapters, injected: `the storing of every batch of one instance hung; the watchdog at ${WATCHDOG_MS / 1_000} s; a second instance came`, figures: { lost: 0, 'rows older than the newest event': 0, events: EVENTS, 'noticed after s': noticed, 'partitions handed over after s': tookOver } });
    }, 600_000);
  });
}

/** Fault 5, of a driver's consumer that ends for good: a bug in a handler of its, or in itself. The embedded log has no driver that could. */
export function crashesOn(adapters: Adapters, open: () => Promise<Installation>): void {
  describe(`a consumer that crashes and is not to be started again, on ${adapters} (seed ${SEED})`, () => {
    let installation: Installation;
    beforeEach(async () => {
      Logger.overrideLogger(false);
      installation = await open();
    });
    afterEach(() => installation.close());

    it.each<[Bug, string]>([
      ['handler-crashes', "in the driver's handler"],
      ['driver-crashes', 'inside the driver'],
    ])('is built anew by the same process: %s', async (bug, where) => {
      const history = new History();
      await installation.makeTopic();
      const bugs = new Bugs();
      const app = installation.start('processing', bugs.environment);
      const events = someEvents(diceFor(bug), EVENTS, { users: USERS });
      const publish = (from: number, to: number) => publishAll(installation.publisher, installation.topic, events.slice(from, to), history);
      await publish(0, EVENTS / 2);
      await isReady(app);

      bugs.putIn(bug);
      const began = performance.now();
      await publish(EVENTS / 2, EVENTS);
      await eventually(() => expect(app.log).toMatch(/begins afresh, since Cannot read properties of undefined/), { withinMs: 90_000 });
      await notReadyBecause(app, 'processing', 'processing.connecting');
      const noticed = seconds(began);
      bugs.takeOut();
      const gone = performance.now();
      expect((await installation.settled(history)).verdict).toEqual(NOTHING_WRONG);
      await isReady(app);
      report({ fault: 5, name: `a consumer crash ${where}`, adapters, injected: `a TypeError ${where}, again and again until it was taken out`, figures: { lost: 0, events: EVENTS, 'noticed after s': noticed, 'all stored s after the bug was gone': seconds(gone) } });
    }, 600_000);
  });
}
