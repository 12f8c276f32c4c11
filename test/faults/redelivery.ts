import { Logger } from '@nestjs/common';
import { NOTHING_WRONG } from './support/checker.js';
import { History } from './support/history.js';
import { type Adapters, type Installation } from './support/installation.js';
import { publishAll, someEvents } from './support/load.js';
import { type Row } from './support/observation.js';
import { report } from './support/report.js';
import { diceFor, scaled, SEED } from './support/scale.js';

const EVENTS = scaled({ short: 2_000, long: 20_000 });

const byUser = (rows: readonly Row[]) => new Map(rows.map(({ userId, fields, timeMicros }) => [userId, { fields, timeMicros }]));

/** Fault 7: the whole log comes again, each event twice, in any order. */
export function redeliveryOn(adapters: Adapters, open: () => Promise<Installation>): void {
  describe(`the whole log again, on ${adapters} (seed ${SEED})`, () => {
    let installation: Installation;
    beforeEach(async () => {
      Logger.overrideLogger(false);
      installation = await open();
    });
    afterEach(() => installation.close());

    it('doubled and shuffled, the table ends as it was', async () => {
      const dice = diceFor('redelivery');
      const history = new History();
      const { publisher, topic } = installation;
      await installation.makeTopic();
      installation.start('processing');
      const events = someEvents(dice, EVENTS, { users: EVENTS / 4 });
      await publishAll(publisher, topic, events, history);
      const first = await installation.settled(history);
      expect(first.verdict).toEqual(NOTHING_WRONG);

      await publishAll(publisher, topic, dice.shuffle([...events, ...events]), history);
      const again = await installation.settled(history);
      expect(again.verdict).toEqual(NOTHING_WRONG);
      expect(again.seen.records).toHaveLength(3 * EVENTS);
      expect(byUser(again.seen.rows)).toEqual(byUser(first.seen.rows));
      report({ fault: 7, name: 'the whole log again', adapters, injected: `${EVENTS} events of ${EVENTS / 4} users delivered once more, each twice, shuffled`, figures: { lost: 0, 'rows changed': 0, rows: first.seen.rows.length } });
    });
  });
}
