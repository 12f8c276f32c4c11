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
