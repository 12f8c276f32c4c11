import { jest } from '@jest/globals';
import { CONSUMER_DEFAULTS } from '../../../../src/adapters/event-bus-sqlite/consumer-options.js';
import { type Found, type PartitionCursor } from '../../../../src/adapters/event-bus-sqlite/partition-cursor.js';
import { PartitionWorker } from '../../../../src/adapters/event-bus-sqlite/partition-worker.js';
import { DataLockedError } from '../../../../src/domain/errors.js';
import { type BatchHandler } from '../../../../src/ports/event-consumer.port.js';
import { allStored, deferred } from '../../../contracts/event-bus/harness.js';
import { aRecordedEvent } from '../../../support/builders.js';
import { FakeClock } from '../../../support/fake-clock.js';
import { type Mocked } from '../../../support/mocked-ports.js';

const EVENTS = [aRecordedEvent()];
const CLAIM = { member: 1, partition: { id: 1, number: 0 }, epoch: 1 };

/** A worker over a cursor that finds one batch, and then nothing more. */
function working(given: Partial<Mocked<Pick<PartitionCursor, 'find' | 'passEvents'>>> = {}) {
  const clock = new FakeClock();
  const handle = jest.fn<BatchHandler>(async (batch) => allStored(batch));
  const found: Found[] = [{ kind: 'events', events: EVENTS }];
  const cursor = {
    next: 0,
    open: async () => undefined,
    find: jest.fn(async (): Promise<Found> => found.shift() ?? { kind: 'nothing' }),
    passEvents: jest.fn(async () => undefined),
    ...given,
  };
  const log = { error: jest.fn() };
  const worker = new PartitionWorker({ topic: 'users_created', claim: CLAIM, cursor: cursor as unknown as PartitionCursor, handle, clock, options: CONSUMER_DEFAULTS, log }, false);
  const ended = worker.run();
  const end = () => {
    worker.end();
    return ended;
  };
  return { worker, clock, handle, cursor, end };
}

describe('the worker of a partition', () => {
  it('hands over and commits', async () => {
    const { clock, handle, cursor, end } = working();
    await clock.advance(0);
    expect(handle).toHaveBeenCalledWith({ topic: 'users_created', partition: 0, events: EVENTS }, expect.any(AbortSignal));
    expect(cursor.passEvents).toHaveBeenCalledWith(EVENTS, { stored: 1, dead: 0, skipped: 0 });
    await end();
  });

  it('hands over nothing after a pause, not even what was being read at that moment', async () => {
    const reading = deferred<Found>();
    const { worker, clock, handle, end } = working({ find: jest.fn(() => reading.promise) });
    await clock.advance(0);
    await worker.pause();
    reading.resolve({ kind: 'events', events: EVENTS });
    await clock.advance(60_000);
    expect(handle).not.toHaveBeenCalled();
    expect(worker.state().state).toBe('paused');
    await end();
  });

  it('commits again, and does not hand over again, while the log is locked', async () => {
    const passEvents = jest.fn<() => Promise<undefined>>().mockRejectedValueOnce(new DataLockedError('locked')).mockRejectedValueOnce(new DataLockedError('locked')).mockResolvedValue(undefined);
    const { worker, clock, handle, end } = working({ passEvents });
    await clock.advance(0);
    expect(worker.state()).toMatchObject({ state: 'stalled', code: 'bus.unavailable' });
    await clock.advance(60_000);
    expect(worker.state().state).toBe('running');
    expect(passEvents).toHaveBeenCalledTimes(3);
    expect(handle).toHaveBeenCalledTimes(1);
    await end();
  });

  it('halts what nobody foresaw, and tries it again when resumed', async () => {
    const { worker, clock, handle, end } = working();
    handle.mockRejectedValueOnce(new TypeError('a bug'));
    await clock.advance(60_000);
    expect(worker.state()).toMatchObject({ state: 'halted', code: 'unexpected.TypeError' });
    expect(handle).toHaveBeenCalledTimes(1);
    worker.resume();
    await clock.advance(0);
    expect(handle).toHaveBeenCalledTimes(2);
    await end();
  });
});
