import { eventually } from '../../support/eventually.js';
import { type AppProcess } from '../../support/app-process.js';
import { SystemClock } from '../../../src/adapters/clock-system/system-clock.js';
import { SyntheticUserSource } from '../../../src/adapters/user-source-synthetic/synthetic-user-source.js';
import { userCreatedId } from '../../../src/domain/ids.js';
import { type Plan, sizeOfPage } from '../../../src/domain/run.js';
import { USER_CREATED } from '../../../src/domain/user-created.js';
import { type Attempted } from './history.js';

/** What a run of the synthetic source is to publish, by its plan alone: no more, and in the end no less. */
export async function plannedEvents(runId: string, plan: Plan): Promise<readonly Attempted[]> {
  if (plan.lastPage === null) throw new Error(`the plan of ${runId} is open: nobody can tell what it publishes`);
  const source = SyntheticUserSource.of(plan.source, new SystemClock());
  const planned: Attempted[] = [];
  for (let page = plan.firstPage; page <= plan.lastPage; page += 1) {
    const { users } = await source.fetchPage({ runId, seed: plan.seed, page, cursor: null, size: sizeOfPage(plan, page) }, AbortSignal.timeout(60_000));
    for (const { index, user } of users) planned.push({ id: userCreatedId({ runId, page, index, userId: user.id, type: USER_CREATED }), userId: user.id });
  }
  return planned;
}

/**
 * Has a run of so many events done by the app and resolves with what it published, once it has succeeded. An answer that
 * was lost may have been a yes: so it is what all runs of that app's pipeline published.
 */
export async function finishedRun(app: AppProcess, { count, rate = 0 }: { count: number; rate?: number }, { withinMs = 120_000 } = {}): Promise<readonly Attempted[]> {
  const often = { withinMs, everyMs: 200 };
  await eventually(async () => expect((await app.post('/api/v1/runs', { count, rate })).status).toBe(202), often);
  const runs = await eventually(async () => {
    const { body } = await app.get<{ items: { id: string; outcome: string | null; plan: Plan }[] }>('/api/v1/runs?limit=100');
    expect(new Set(body.items.map(({ outcome }) => outcome))).toEqual(new Set(['succeeded']));
    return body.items;
  }, often);
  return (await Promise.all(runs.map(({ id, plan }) => plannedEvents(id, plan)))).flat();
}
