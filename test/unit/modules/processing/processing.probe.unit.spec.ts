import { type ConsumerState } from '../../../../src/ports/event-consumer.port.js';
import { eventually } from '../../../support/eventually.js';
import { aPartitionState } from './hand-driven-consumer.js';
import { closeApps, connectedApp, runningApp } from './processing-app.js';
import { StubJournal } from './stub-journal.js';

describe('ProcessingProbe', () => {
  afterEach(closeApps);

  it('is up while events flow', async () => {
    const { probe } = await runningApp();

    await expect(probe.check()).resolves.toEqual({ name: 'processing', status: 'up', code: null, reason: null, sinceMs: 1, suggestion: null });
  });

  it.each(['stalled', 'halted'] as const)('is down with the code and reason of the partition that is %s', async (state) => {
    const { probe, consumer } = await runningApp();
    const partition = aPartitionState({ partition: 1, state, code: 'repository.unavailable', reason: 'the table is away', sinceMs: 42 });
    consumer.current = { ...consumer.current, state, partitions: [aPartitionState(), partition] };

    await expect(probe.check()).resolves.toEqual({
      name: 'processing',
      status: 'down',
      code: 'repository.unavailable',
      reason: 'the table is away',
      sinceMs: 42,
      suggestion: expect.any(String) as unknown,
    });
  });

  it.each<[ConsumerState, string]>([
    ['connecting', 'processing.connecting'],
    ['stalled', 'processing.stalled'],
    ['halted', 'processing.halted'],
    ['stopped', 'processing.stopped'],
  ])('is down when the consumer is %s and names no code: %s', async (state, code) => {
    const { probe, consumer } = await runningApp();
    consumer.current = { state, reason: null, sinceMs: 5, partitions: [], incidents: [] };

    await expect(probe.check()).resolves.toMatchObject({ status: 'down', code, sinceMs: 5, reason: expect.any(String) as unknown, suggestion: expect.any(String) as unknown });
  });

  it('is connecting, not stopped, while topics and journal are not there yet', async () => {
    const { probe, consumer } = await connectedApp();
    consumer.current = { state: 'stopped', reason: null, sinceMs: 5, partitions: [], incidents: [] };

    await expect(probe.check()).resolves.toMatchObject({ status: 'down', code: 'processing.connecting' });
  });

  it.each([
    ['operator', 'processing.paused'],
    ['processing.failure-rate', 'processing.failure-rate'],
  ])('is degraded while paused (%s), by whom, why and since when', async (code, shown) => {
    const { probe, consumer } = await runningApp({ journal: new StubJournal({ paused: true, code, by: { actor: 'operator', reason: 'maintenance' }, sinceMs: 99 }) });
    consumer.current = { ...consumer.current, state: 'paused' };

    await expect(probe.check()).resolves.toEqual({
      name: 'processing',
      status: 'degraded',
      code: shown,
      reason: 'paused by operator: maintenance',
      sinceMs: 99,
      suggestion: 'POST /api/v1/processing/resume',
    });
  });

  it('is down once consuming has ended, whatever the consumer says', async () => {
    const { probe, consumer, transport, clock } = await runningApp();
    consumer.end();
    await eventually(() => expect(transport.failure).not.toBeNull());

    await expect(probe.check()).resolves.toMatchObject({ status: 'down', code: 'unexpected.Error', reason: expect.stringContaining('processing has ended') as unknown, sinceMs: clock.now() });
  });
});
