import { encodeUserCreated } from '../../../../src/domain/user-created.codec.js';
import { aForeignEvent, aRecordedEvent, aUserCreated } from '../../../support/builders.js';
import { closeApps, runningApp } from './processing-app.js';

const fetchedAt = (fetchedAtMs: number, offset: number) => {
  const { value, headers } = encodeUserCreated(aUserCreated({ fetchedAtMs }));
  return aRecordedEvent({ offset, value, headers });
};

describe('the vitals of processing', () => {
  afterEach(closeApps);

  it('are empty at the beginning, and say how the consumer is', async () => {
    const { ownVitals, consumer } = await runningApp();

    expect(ownVitals()).toEqual({
      storedTotal: 0,
      deadTotal: 0,
      skippedTotal: 0,
      batchesTotal: 0,
      redeliveredTotal: 0,
      deadByReason: {},
      ratePerSecond: 0,
      latencyMs: null,
      consumer: consumer.status(),
    });
  });

  it('count what became of the events, dead ones by reason', async () => {
    const { ownVitals, consumer } = await runningApp();

    await consumer.hand([aRecordedEvent({ offset: 0 }), aForeignEvent('{', { offset: 1 }), aForeignEvent('1', { offset: 2 })]);
    await consumer.hand([aForeignEvent('{', { offset: 3 }), aRecordedEvent({ offset: 4, headers: { ce_type: 'x' } })]);

    expect(ownVitals()).toMatchObject({ storedTotal: 1, deadTotal: 3, skippedTotal: 1, batchesTotal: 2, deadByReason: { 'value.not-json': 2, 'value.not-an-object': 1 } });
  });

  it('count events that come again, by partition', async () => {
    const { ownVitals, consumer } = await runningApp();
    const batch = (partition: number, ...offsets: number[]) => consumer.hand(offsets.map((offset) => aRecordedEvent({ partition, offset })));

    await batch(0, 0, 1, 2);
    await batch(1, 0, 1);
    expect(ownVitals().redeliveredTotal).toBe(0);
    await batch(0, 1, 2, 3);
    expect(ownVitals().redeliveredTotal).toBe(2);
    await batch(0, 2);
    await batch(0, 3, 4);

    expect(ownVitals().redeliveredTotal).toBe(4);
  });

  it('know the rate of the last ten seconds', async () => {
    const { ownVitals, consumer, clock } = await runningApp();
    await clock.advance(20_000);
    await consumer.hand(Array.from({ length: 50 }, (_, offset) => aRecordedEvent({ offset })));
    expect(ownVitals().ratePerSecond).toBe(5);

    await clock.advance(10_000);
    expect(ownVitals().ratePerSecond).toBe(0);
  });

  it('know the rate from the first second on', async () => {
    const { ownVitals, consumer, clock } = await runningApp();
    await clock.advance(2_000);

    await consumer.hand(Array.from({ length: 50 }, (_, offset) => aRecordedEvent({ offset })));

    expect(ownVitals().ratePerSecond).toBe(25);
  });

  it('know how long it took from the fetch to the row, where the event says when that was', async () => {
    const { ownVitals, consumer, clock } = await runningApp();

    await consumer.hand([fetchedAt(clock.now() - 12, 0), fetchedAt(clock.now() - 12, 1), aForeignEvent('{', { offset: 2 }), aRecordedEvent({ offset: 3 })]);

    expect(ownVitals().latencyMs).toEqual({ p50: 12, p99: 12 });
  });
});
