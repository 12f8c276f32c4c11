import { Logger } from '@nestjs/common';
import { type AppProcess } from '../support/app-process.js';
import { eventually } from '../support/eventually.js';
import { Bugs, type Bug } from './support/bugs.js';
import { NOTHING_WRONG } from './support/checker.js';
import { EmbeddedInstallation } from './support/embedded-installation.js';
import { History } from './support/history.js';
import { finishedRun } from './support/planned-events.js';
import { isReady, notReadyBecause, seconds } from './support/readiness.js';
import { report } from './support/report.js';
import { SCALE, scaled, SEED } from './support/scale.js';

const STOP_MS = scaled({ short: 12_000, long: 60_000 });
const RATE = 50;
/** More than what is published while the instance is stopped. */
const OF_THE_RUN = (RATE * (STOP_MS + 20_000)) / 1_000;
const REASON_WITHIN_S = 10;
const RECOVERY_WITHIN_S = 5;

interface Status {
  readonly blocked: readonly { readonly component: string; readonly code: string }[];
  readonly lag: number | null;
}

/** What an instance is stopped in the midst of, and how the others say so. */
interface Stop {
  readonly where: string;
  /** Null: it is stopped from outside, between two writes. */
  readonly bug: Bug | null;
  /** Whether a further instance processes, to meet what the stopped one holds. */
  readonly another: boolean;
  readonly said: (others: { readonly ingestion: AppProcess; readonly another: AppProcess | null }) => Promise<void>;
}

interface Started {
  readonly installation: EmbeddedInstallation;
  readonly ingestion: AppProcess;
  readonly doomed: AppProcess;
  readonly heir: AppProcess | null;
  readonly stop: () => void;
}

const blockedBy = (admin: AppProcess, component: string, code: string) =>
  eventually(async () => expect((await admin.get<Status>('/api/v1/status')).body.blocked).toContainEqual(expect.objectContaining({ component, code })), { withinMs: 60_000, everyMs: 100 });

const STOPS: readonly Stop[] = [
  { where: 'between two writes', bug: null, another: false, said: ({ ingestion }) => blockedBy(ingestion, 'processing', 'role.nobody') },
  { where: 'inside a write transaction of the log', bug: 'stops-in log.db', another: false, said: ({ ingestion }) => notReadyBecause(ingestion, 'event-bus', 'data.locked') },
  { where: 'inside a write transaction of the table', bug: 'stops-in table.db', another: true, said: ({ another }) => notReadyBecause(another as AppProcess, 'user-repository', 'repository.unavailable') },
];

/** Fault 5 on the embedded log and table, whose files a stopped process can keep locked. What Kafka's groups do is in stopped.servers.spec.ts. */
describe(`a process of an embedded pipeline is stopped (SIGSTOP) for ${STOP_MS / 1_000} s (seed ${SEED})`, () => {
  const open: EmbeddedInstallation[] = [];
  beforeEach(() => void Logger.overrideLogger(false));
  afterEach(() => Promise.all(open.splice(0).map((installation) => installation.close())));

  /** The processes, in a folder of their own: so no stop waits for another one. */
  async function started({ bug, another }: Stop): Promise<Started> {
    const installation = await EmbeddedInstallation.open();
    open.push(installation);
    const bugs = new Bugs();
    const ingestion = installation.start('ingestion,admin');
    await isReady(ingestion);
    const doomed = installation.start('processing', bugs.environment);
    await isReady(doomed);
    const heir = another ? installation.start('processing') : null;
    if (heir !== null) await isReady(heir);
    const stop = () => (bug === null ? doomed.signal('SIGSTOP') : bugs.putIn(bug));
    return { installation, ingestion, doomed, heir, stop };
  }

  async function stopOnce({ where, bug, said }: Stop, { installation, ingestion, doomed, heir, stop }: Started): Promise<void> {
    const running = finishedRun(ingestion, { count: OF_THE_RUN, rate: RATE }, { withinMs: 240_000 });
    await eventually(async () => expect((await installation.observe()).rows.length).toBeGreaterThan(RATE), { withinMs: 60_000, everyMs: 200 });
    stop();
    if (bug !== null) await eventually(() => expect(doomed.log).toContain(`BUG ${bug}`), { withinMs: 30_000 });
    const began = performance.now();
    await said({ ingestion, another: heir });
    const reason = seconds(began);
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, STOP_MS - (performance.now() - began))));

    doomed.signal('SIGCONT');
    const goesOn = performance.now();
    await eventually(async () => expect((await ingestion.get<Status>('/api/v1/status')).body.blocked).toEqual([]), { withinMs: 60_000, everyMs: 50 });
    const recovered = seconds(goesOn);
    if (SCALE === 'long') expect({ where, reason: reason < REASON_WITHIN_S, recovered: recovered < RECOVERY_WITHIN_S, seconds: { reason, recovered } }).toMatchObject({ reason: true, recovered: true });
    const published = await running;
    const history = new History();
    history.attempt(published);
    history.acknowledge(published.map(({ id }) => id));
    expect((await installation.settled(history)).verdict).toEqual(NOTHING_WRONG);
    report({ fault: 5, name: `SIGSTOP ${where}`, adapters: 'embedded', injected: `the processing instance stopped ${where} for ${STOP_MS / 1_000} s, ${RATE} events/s meanwhile`, figures: { lost: 0, events: published.length, 'reason named by another process after s': reason, 'nothing blocked s after SIGCONT': recovered } });
  }

  it(`${STOPS.map(({ where }) => where).join(', ')}: the others say why, nothing is lost, and it goes on by itself`, async () => {
    const all: (readonly [Stop, Started])[] = [];
    for (const stop of STOPS) all.push([stop, await started(stop)]);
    await Promise.all(all.map(([stop, processes]) => stopOnce(stop, processes)));
  }, 600_000);
});
