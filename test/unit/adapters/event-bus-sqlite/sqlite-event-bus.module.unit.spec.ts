import { Logger } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { SystemClockModule } from '../../../../src/adapters/clock-system/system-clock.module.js';
import { SqliteEventBusModule } from '../../../../src/adapters/event-bus-sqlite/sqlite-event-bus.module.js';
import { SqliteEventBusProbe } from '../../../../src/adapters/event-bus-sqlite/sqlite-event-bus.probe.js';
import { EventConsumer } from '../../../../src/ports/event-consumer.port.js';
import { EventLog } from '../../../../src/ports/event-log.port.js';
import { EventPublisher } from '../../../../src/ports/event-publisher.port.js';
import { EventTopics } from '../../../../src/ports/event-topics.port.js';
import { allStored, aSpec, events, Reading } from '../../../contracts/event-bus/harness.js';
import { eventually } from '../../../support/eventually.js';
import { temporaryFolder } from '../../../support/temporary-folder.js';

Logger.overrideLogger(false);

describe('SqliteEventBusModule', () => {
  it('provides the ports of the bus on one data folder, and its probe, and prunes by itself', async () => {
    const options = { dataDir: temporaryFolder(), retention: { maxAgeMs: 1, maxBytes: null }, maintenanceEveryMs: 20 };
    const app = await Test.createTestingModule({ imports: [SystemClockModule, SqliteEventBusModule.register(options)] }).compile();
    await app.init();
    const spec = aSpec({ cleanup: { policy: 'delete', maxAgeMs: 3_600_000, maxBytes: null } });
    await app.get(EventTopics).ensure([spec]);
    const reading = new Reading(app.get(EventConsumer), { topic: spec.name, group: 'group' }, async (batch) => allStored(batch));
    await app.get(EventPublisher).publish(spec.name, events(5));
    await eventually(() => expect(reading.events).toHaveLength(5));
    await eventually(async () => expect(await app.get(EventLog).offsets(spec.name)).toEqual([{ partition: 0, first: 5, end: 5 }]));
    expect(await app.get(SqliteEventBusProbe).check()).toMatchObject({ name: 'event-bus', status: 'up' });
    await reading.stop();
    await app.close();
    await expect(app.get(EventPublisher).publish(spec.name, events(1))).rejects.toMatchObject({ code: 'bus.unavailable' });
  });

  it('ends a consumer that is still at work when the app closes', async () => {
    const app = await Test.createTestingModule({ imports: [SystemClockModule, SqliteEventBusModule.register({ dataDir: temporaryFolder() })] }).compile();
    await app.init();
    const spec = aSpec();
    await app.get(EventTopics).ensure([spec]);
    await app.get(EventPublisher).publish(spec.name, events(1));
    let aborted = false;
    const reading = new Reading(app.get(EventConsumer), { topic: spec.name, group: 'group' }, async (batch, signal) => {
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
      aborted = true;
      return allStored(batch);
    });
    await eventually(() => expect(reading.batches).toHaveLength(1));
    await app.close();
    await reading.ended();
    expect(aborted).toBe(true);
  });
});
