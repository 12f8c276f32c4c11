import { type Plan } from '../../../src/domain/run.js';
import { eventually } from '../../support/eventually.js';
import { askAny, type Member } from './fleet.js';
import { type History } from './history.js';
import { plannedEvents } from './planned-events.js';

interface RunView {
  readonly id: string;
  readonly phase: string;
  readonly outcome: string | null;
  readonly attempts: readonly unknown[];
  readonly plan: (Omit<Plan, 'window'> & { readonly window: { readonly start: string; readonly end: string } }) | null;
}

/** Runs of the app's own ingestion, asked for at a process that may be killed meanwhile. */
export class RequestedRuns {
  constructor(private readonly admin: Member) {}

  /** Where the answer is lost, the run may have been asked for twice; the journal knows of both. */
  async request(body: { readonly count: number; readonly rate: number }): Promise<void> {
    const { status, body: answer } = await askAny(this.admin, 'post', '/api/v1/runs', body);
    if (status !== 202) throw new Error(`no run was asked for: ${status} ${JSON.stringify(answer)}`);
  }

  /** Every run that the journal knows. */
  async all(): Promise<readonly RunView[]> {
    const { body } = await askAny<{ items: readonly RunView[]; next: string | null }>(this.admin, 'get', '/api/v1/runs?limit=500');
    if (body.next !== null) throw new Error('there are more runs than a page of the list holds');
    return body.items;
  }

  /**
   * Waits until every run has succeeded, and writes into the history what their plans say: all of that was published
   * then, and nothing else. Returns the runs.
   */
  async succeeded(history: History, { withinMs = 180_000 } = {}): Promise<readonly RunView[]> {
    const runs = await eventually(
      async () => {
        const all = await this.all();
        const open = all.filter(({ outcome }) => outcome !== 'succeeded');
        if (open.length > 0) throw new Error(`not all runs have succeeded: ${JSON.stringify(open)}`);
        return all;
      },
      { withinMs, everyMs: 300 },
    );
    for (const { id, plan } of runs) {
      const planned = await plannedEvents(id, planOf(plan));
      history.attempt(planned);
      history.acknowledge(planned.map((event) => event.id));
    }
    return runs;
  }
}

function planOf(view: RunView['plan']): Plan {
  if (view === null) throw new Error('a run that has succeeded has no plan');
  const { window, ...plan } = view;
  return { ...plan, window: { startMs: Date.parse(window.start), endMs: Date.parse(window.end) } };
}
