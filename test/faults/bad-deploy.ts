import { Logger } from '@nestjs/common';
import { encodeUserCreated } from '../../src/domain/user-created.codec.js';
import { type OutgoingEvent } from '../../src/domain/event-record.js';
import { type UserCreated } from '../../src/domain/user-created.js';
import { decodeJournalEvent } from '../../src/modules/journal/journal-event.codec.js';
import { type AppProcess } from '../support/app-process.js';
import { readinessOf } from '../support/cluster.js';
import { eventually } from '../support/eventually.js';
import { NOTHING_WRONG } from './support/checker.js';
import { type Dice } from './support/dice.js';
import { History } from './support/history.js';
import { type Adapters, type Installation } from './support/installation.js';
import { publishAll, someEvents } from './support/load.js';
import { deadPlaces } from './support/observation.js';
import { report } from './support/report.js';
import { diceFor, scaled, SEED } from './support/scale.js';

const STRETCH = scaled({ short: 2_000, long: 20_000 });
const INVALID = 0.6;
const CODE = 'processing.failure-rate';
const REASON = /^\d+ of \d+ events within 60 s became dead letters; the latest: field\.missing$/;
/** Leaves the group at once, or has its place kept until its session ends. */
const RESTART: NodeJS.Signals = scaled({ short: 'SIGTERM', long: 'SIGKILL' });

interface Control {
  readonly paused: boolean;
  readonly code: string | null;
  readonly by: { readonly actor: string; readonly reason: string | null } | null;
  readonly since: string | null;
}
interface Status {
  readonly processing: Control;
  readonly lag: number | null;
  readonly blocked: readonly { readonly component: string; readonly code: string; readonly reason: string; readonly remedy: string | null }[];
}

/** Fault 11: a producer is deployed that writes other field names than it should, most of the time. */
export function badDeployOn(adapters: Adapters, open: () => Promise<Installation>): void {
  describe(`a bad deploy of a producer, on ${adapters} (seed ${SEED})`, () => {
    let installation: Installation;
    beforeEach(async () => {
      Logger.overrideLogger(false);
      installation = await open();
    });
    afterEach(() => installation.close());

    it('pauses processing with the reason, across restarts; one call lets through what waits, and the next stretch pauses again', async () => {
      const dice = diceFor('bad-deploy');
      const history = new History();
      const deploy = new Deploy(installation, history, dice);
      await installation.makeTopic();
      const before = installation.start('processing');
      const admin = installation.start('admin');
      await deploy.publish({ events: 100, invalid: 0 });
      expect((await installation.settled(history)).verdict).toEqual(NOTHING_WRONG);

      const deployedAt = performance.now();
      await deploy.publish({ events: STRETCH / 2, invalid: INVALID });
      await saysPaused(before);
      const pausedAfterMs = performance.now() - deployedAt;
      await eventually(() => expect(before.log).toMatch(/paused \(processing\.failure-rate\) by \S+: \d+ of \d+ events within 60 s became dead letters/));
      const said = await statusOf(admin);
      expect(said.processing).toMatchObject({ paused: true, code: CODE, by: { reason: expect.stringMatching(REASON) as string } });
      expect(said.blocked).toContainEqual(expect.objectContaining({ component: 'processing', code: CODE, remedy: 'POST /api/v1/processing/resume' }));

      // The producer does not know. Nothing moves meanwhile, nor after a restart.
      await deploy.publish({ events: STRETCH / 2, invalid: INVALID });
      await before.stop(RESTART);
      const stopped = await installation.observe();
      const waiting = behind(stopped);
      expect(waiting).toBeGreaterThanOrEqual(STRETCH / 2);
      const after = installation.start('processing');
      await saysPaused(after);
      await eventually(async () => expect((await statusOf(admin)).lag).toBe(waiting));
      expect((await statusOf(admin)).processing).toEqual(said.processing);
      const still = await installation.observe();
      expect(still.committed).toEqual(stopped.committed);
      expect(deadPlaces(still)).toEqual(deadPlaces(stopped));

      const resumedAt = performance.now();
      await resume(admin);
      const through = await installation.settled(history);
      const throughMs = performance.now() - resumedAt;
      expect(through.verdict).toEqual(NOTHING_WRONG);
      expect(await controlled(installation)).toEqual([`paused ${CODE}`, 'resumed']);

      await deploy.publish({ events: STRETCH / 2, invalid: INVALID });
      await saysPaused(after);
      await resume(admin);
      const end = await installation.settled(history);
      expect(end.verdict).toEqual(NOTHING_WRONG);
      expect(await controlled(installation)).toEqual([`paused ${CODE}`, 'resumed', `paused ${CODE}`, 'resumed']);
      report({
        fault: 11,
        name: 'a bad deploy',
        adapters,
        injected: `${(STRETCH * 3) / 2} events of which ${INVALID * 100} % have other field names; the process restarted (${RESTART}) while paused`,
        figures: { lost: 0, 'dead letters': deadPlaces(end.seen).size, 'good ones dead': 0, pauses: 2, 'paused after s': seconds(pausedAfterMs), 'waiting at the resume': waiting, 'handled after the resume s': seconds(throughMs) },
      });
    });
  });
}

/** The producer; what of its events is invalid must become dead letters. */
class Deploy {
  constructor(
    private readonly installation: Installation,
    private readonly history: History,
    private readonly dice: Dice,
  ) {}

  async publish({ events: count, invalid }: { events: number; invalid: number }): Promise<void> {
    const events = someEvents(this.dice, count);
    const bad = new Set(this.dice.shuffle(events).slice(0, count * invalid).map(({ id }) => id));
    for (const id of bad) this.history.poison.add(id);
    await publishAll(this.installation.publisher, this.installation.topic, events, this.history, { encode: (event) => (bad.has(event.id) ? renamed(event) : encodeUserCreated(event)) });
  }
}

/** As a producer that has taken to another spelling. */
function renamed(event: UserCreated): OutgoingEvent {
  const { first_name: firstName, last_name: lastName, email } = event.user.fields;
  return { ...encodeUserCreated(event), value: Buffer.from(JSON.stringify({ firstName, lastName, email })) };
}

/** The reason is the admin's to say: a process without that role names codes alone. */
async function saysPaused(app: AppProcess): Promise<void> {
  await eventually(async () => expect((await readinessOf(app)).details['processing']).toMatchObject({ status: 'degraded', code: CODE }), { withinMs: 60_000, everyMs: 50 });
}

async function statusOf(admin: AppProcess): Promise<Status> {
  return (await admin.get<Status>('/api/v1/status')).body;
}

async function resume(admin: AppProcess): Promise<void> {
  const { status, body } = await admin.post<Control>('/api/v1/processing/resume', { reason: 'rolled back' });
  expect({ status, paused: body.paused, code: body.code }).toEqual({ status: 200, paused: false, code: null });
}

/** What the journal says of pausing and resuming, in its order. */
async function controlled({ log, group }: Installation): Promise<readonly string[]> {
  const topic = `${group}_journal`;
  const facts: string[] = [];
  for (const { partition, first, end } of await log.offsets(topic)) {
    for await (const batch of log.read({ topic, partition, from: first, to: end })) {
      for (const record of batch) {
        const decoded = decodeJournalEvent(record);
        if (decoded.kind !== 'event') continue;
        const { event } = decoded.recorded;
        if (event.type === 'processing.paused') facts.push(`paused ${event.code}`);
        if (event.type === 'processing.resumed') facts.push('resumed');
      }
    }
  }
  return facts;
}

function behind({ offsets, committed }: Awaited<ReturnType<Installation['observe']>>): number {
  return offsets.reduce((sum, { partition, first, end }) => sum + end - (committed.find((one) => one.partition === partition)?.offset ?? first), 0);
}

const seconds = (ms: number) => Number((ms / 1_000).toFixed(2));
