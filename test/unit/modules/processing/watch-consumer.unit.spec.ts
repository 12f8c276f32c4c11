import { type ConsumerStatus, type LogIncident, type PartitionState } from '../../../../src/ports/event-consumer.port.js';
import { aPartitionState } from './hand-driven-consumer.js';
import { closeApps, runningApp, type ProcessingApp } from './processing-app.js';

async function says(app: ProcessingApp, status: Partial<ConsumerStatus>): Promise<readonly { level: string; text: string }[]> {
  const before = app.logger.lines.length;
  app.consumer.current = { ...app.consumer.current, ...status };
  await app.clock.advance(1_000);
  return app.logger.lines.slice(before);
}

const only = (given: Partial<PartitionState>) => ({ partitions: [aPartitionState(given)] });

describe('the log of a consumer', () => {
  afterEach(closeApps);

  it('says once that a partition stalls and why, and that it goes on', async () => {
    const app = await runningApp();
    const stalled = { state: 'stalled', code: 'repository.unavailable', reason: 'the table is away', next: 7 } as const;

    const lines = await says(app, only(stalled));
    expect(lines).toEqual([{ level: 'warn', text: expect.stringMatching(/partition 0 stalled at offset 7: repository\.unavailable, the table is away/) as unknown }]);
    await expect(says(app, only({ ...stalled, sinceMs: 9 }))).resolves.toEqual([]);
    await expect(says(app, only({ next: 8 }))).resolves.toEqual([{ level: 'log', text: expect.stringContaining('goes on at offset 8') as unknown }]);
    await expect(says(app, only({ next: 9 }))).resolves.toEqual([]);
  });

  it('says anew when the reason is another', async () => {
    const app = await runningApp();
    await says(app, only({ state: 'stalled', code: 'repository.unavailable' }));

    await expect(says(app, only({ state: 'stalled', code: 'data.disk-full' }))).resolves.toMatchObject([{ level: 'warn' }]);
  });

  it('says that a partition halts, as an error with what to do', async () => {
    const app = await runningApp();

    const lines = await says(app, only({ state: 'halted', code: 'unexpected.TypeError', reason: 'a bug', next: 3 }));

    expect(lines).toEqual([{ level: 'error', text: expect.stringMatching(/partition 0 halted at offset 3: unexpected\.TypeError, a bug; .*resume/) as unknown }]);
  });

  it('says each incident of the log once', async () => {
    const app = await runningApp();
    const gap: LogIncident = { kind: 'gap', partition: 0, fromOffset: 5, toOffset: 9, atMs: 1 };
    const replaced: LogIncident = { kind: 'log-replaced', partition: 0, fromOffset: 9, toOffset: 0, atMs: 2 };

    await expect(says(app, { incidents: [gap] })).resolves.toEqual([{ level: 'warn', text: expect.stringContaining('5 to 8 were removed') as unknown }]);
    await expect(says(app, { incidents: [gap, replaced] })).resolves.toEqual([{ level: 'warn', text: expect.stringContaining('the log was replaced') as unknown }]);
  });

  it('says nothing of a healthy run but start and stop', async () => {
    const app = await runningApp();
    await app.clock.advance(60_000);
    await app.app.close();

    expect(app.logger.lines.filter(({ text }) => text.endsWith('Processing'))).toEqual([
      { level: 'log', text: expect.stringContaining('started: users_created as userstream') as unknown },
      { level: 'log', text: expect.stringContaining('stopped') as unknown },
    ]);
  });
});
