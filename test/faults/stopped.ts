import { Logger } from '@nestjs/common';
import { eventually } from '../support/eventually.js';
import { Bugs } from './support/bugs.js';
import { NOTHING_WRONG } from './support/checker.js';
import { History } from './support/history.js';
import { type Adapters, type Installation } from './support/installation.js';
import { EVENTS, partsOf } from './support/parts.js';
import { isReady, seconds } from './support/readiness.js';
import { report } from './support/report.js';
import { scaled, SEED } from './support/scale.js';

const STOP_MS = scaled({ short: 12_000, long: 60_000 });

/** Fault 5, of an instance that does nothing for so long that others take it for dead, and then goes on. */
export function stoppedOn(adapters: Adapters, open: () => Promise<Installation>): void {
  describe(`an instance that was taken for dead and goes on, on ${adapters} (seed ${SEED})`, () => {
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

    it('has its commit refused: another has handled the same events, and the counts know them once', async () => {
      const publish = partsOf('refused', installation, history);
      const bugs = new Bugs();
      const late = installation.start('processing', bugs.environment);
      await publish(0);
      await stored();

      bugs.putIn('commit-waits');
      await publish(1);
      await eventually(() => expect(late.log).toContain('BUG the commit waits'), { withinMs: 60_000 });
      const began = performance.now();
      installation.start('processing');
      // It can only be stored and committed by the other: the late one hangs in its commit, heartbeats and all.
      await stored();
      const tookOver = seconds(began);
      bugs.takeOut();
      const refusal = await eventually(
        () => {
          const [, why] = /BUG the commit was refused: (\w+)/.exec(late.log) ?? [];
          expect(why).toMatch(/^(UNKNOWN_MEMBER_ID|ILLEGAL_GENERATION|ClaimLostError)$/);
          return why ?? '';
        },
        { withinMs: 60_000 },
      );
      await publish(2);
      await stored();
      await isReady(late);
      report({ fault: 5, name: 'a commit refused after a rebalance', adapters, injected: 'an instance blocked in the midst of a commit until another had its partitions', figures: { lost: 0, 'partitions whose counts do not add up': 0, events: EVENTS, 'handled elsewhere after s': tookOver, refusal } });
    }, 600_000);

    it(`is stopped (SIGSTOP) with events in hand for ${STOP_MS / 1_000} s: another takes over, and what it writes and commits late changes nothing`, async () => {
      const publish = partsOf('zombie', installation, history);
      const bugs = new Bugs();
      const zombie = installation.start('processing', bugs.environment);
      await publish(0);
      await stored();

      bugs.putIn('store-hangs');
      await publish(1);
      await eventually(() => expect(zombie.log).toContain('BUG the handler hangs'), { withinMs: 60_000 });
      zombie.signal('SIGSTOP');
      const began = performance.now();
      const other = installation.start('processing');
      await stored();
      const tookOver = seconds(began);
      await publish(2);
      await stored();
      const before = await installation.observe();
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, STOP_MS - (performance.now() - began))));

      bugs.takeOut();
      zombie.signal('SIGCONT');
      const goesOn = performance.now();
      await isReady(zombie);
      const recovered = seconds(goesOn);
      await isReady(other);
      await stored();
      expect((await installation.observe()).committed).toEqual(before.committed);
      report({ fault: 5, name: 'SIGSTOP with events in hand', adapters, injected: `an instance stopped for ${STOP_MS / 1_000} s before it wrote what it had; newer events of the same users meanwhile`, figures: { lost: 0, 'rows older than the newest event': 0, events: EVENTS, 'taken over after s': tookOver, 'member again s after SIGCONT': recovered } });
    }, 600_000);
  });
}
