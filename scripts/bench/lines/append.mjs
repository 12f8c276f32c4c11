import { interleaved } from '../lib/figures.mjs';
import { atLeast, perSecond } from '../lib/report.mjs';

const BATCH = 500;

/** The embedded log's append against raw inserts of the same bytes; each measurement in a process and a file of its own. */
export async function append(workplace, { pairs, appended }) {
  const measure = (loop) => async () => {
    const dataDir = workplace.folder();
    const measured = await workplace.loop(loop, { dataDir, batch: BATCH, count: appended, warmUp: appended / 10 });
    workplace.remove(dataDir);
    return measured;
  };
  const figures = await interleaved(pairs, measure('append-ours'), measure('append-bare'));
  return [
    {
      what: `log append, batches of ${BATCH}, full sync`,
      measured: perSecond(figures.ours, 'events'),
      bare: perSecond(figures.bare, 'events'),
      ratio: figures.ratio,
      budgets: [atLeast('ratio', 0.5, figures.ratio)],
      samples: figures.pairs,
    },
  ];
}
