import { jest } from '@jest/globals';
import { UnknownTopicError, BusUnavailableError } from '../../../../src/ports/event-bus.errors.js';
import { type TallyDelta } from '../../../../src/domain/tally.js';
import { StoreUsers } from '../../../../src/modules/processing/store-users.js';
import { aRecordedEvent } from '../../../support/builders.js';
import { eventually } from '../../../support/eventually.js';
import { mockedEventTopics } from '../../../support/mocked-ports.js';
import { deferred } from './deferred.js';
import { closeApps, connectedApp, runningApp } from './processing-app.js';

function appWith(execute: StoreUsers['execute']) {
  return runningApp({}, (builder) => builder.overrideProvider(StoreUsers).useValue({ execute }));
}

describe('EventConsumerTransport', () => {
  afterEach(closeApps);

  describe('starts', () => {
    it('at once, also while the bus is away, and consumes when it has come', async () => {
      const ensure = jest.fn(async () => undefined).mockRejectedValueOnce(new BusUnavailableError('away')).mockRejectedValueOnce(new BusUnavailableError('away'));
      const { app, consumer, clock, logger } = await connectedApp({ topics: mockedEventTopics({ ensure }) });

      await app.startAllMicroservices();
      await eventually(() => expect(ensure).toHaveBeenCalledTimes(1));
      expect(consumer.calls).toEqual([]);
      await clock.advance(1_000);

      await eventually(() => expect(consumer.isRunning).toBe(true));
      expect(logger.at('warn')).toEqual([expect.stringContaining('bus.unavailable')]);
    });

    it('not before the journal is folded', async () => {
      const { app, consumer, journal } = await connectedApp();
      const letGo = journal.holdBack();

      await app.startAllMicroservices();
      await new Promise(setImmediate);
      expect(consumer.calls).toEqual([]);
      letGo();

      await eventually(() => expect(consumer.calls).toEqual(['run']));
    });
  });

  describe('ends', () => {
    it('only after the work in hand, and takes none after it was told to', async () => {
      const work = deferred<TallyDelta>();
      const { app, consumer } = await appWith(() => work.promise);
      const outcome = consumer.hand([aRecordedEvent()]);
      const closed = jest.fn();

      const closing = app.close().then(closed);
      await eventually(() => expect(consumer.isRunning).toBe(false));
      await new Promise(setImmediate);
      expect(closed).not.toHaveBeenCalled();
      work.resolve({ stored: 1, dead: 0, skipped: 0 });

      await closing;
      await expect(outcome).resolves.toEqual({ stored: 1, dead: 0, skipped: 0 });
    });

    it('when the microservice alone is closed, too', async () => {
      const { transport, consumer } = await runningApp();

      await transport.close();

      expect(consumer.isRunning).toBe(false);
    });

    it('within the time for it, whatever is in hand', async () => {
      const { app, consumer, clock, logger } = await appWith(() => new Promise(() => undefined));
      void consumer.hand([aRecordedEvent()]);
      const closed = jest.fn();

      const closing = app.close().then(closed);
      await clock.advance(7_999);
      expect(closed).not.toHaveBeenCalled();
      await clock.advance(1);
      await closing;

      expect(logger.at('warn')).toEqual([expect.stringContaining('did not end in time')]);
    });

    it('also while it waits for the journal', async () => {
      const { app, consumer, journal } = await connectedApp();
      journal.holdBack();
      await app.startAllMicroservices();

      await app.close();

      expect(consumer.calls).toEqual([]);
    });

    it.each([
      ['by itself', null, 'unexpected.Error'],
      ['with a failure', new UnknownTopicError('no such topic'), 'bus.unknown-topic'],
    ])('%s: that is a fatal line, a fact for the probe, and told to who listens', async (_, failure, code) => {
      const { app, consumer, transport, logger, clock } = await runningApp();
      const told = jest.fn();
      transport.on('failed', told);

      consumer.end(failure);

      await eventually(() => expect(transport.failure).toMatchObject({ code, sinceMs: clock.now() }));
      expect(transport.phase).toBe('failed');
      expect(told).toHaveBeenCalledWith(transport.failure);
      expect(logger.at('fatal')).toEqual([expect.stringContaining('processing has ended')]);
      await app.close();
    });

    it('while it waits for the bus, without a word of trouble', async () => {
      const topics = mockedEventTopics({ ensure: jest.fn(() => Promise.reject(new BusUnavailableError('away'))) });
      const { app, transport, logger } = await connectedApp({ topics });
      await app.startAllMicroservices();

      await app.close();

      expect(transport.phase).toBe('stopped');
      expect(logger.at('warn')).toEqual([expect.stringContaining('waiting for the event bus: bus.unavailable')]);
    });

    it('is no failure when it was told to', async () => {
      const { app, transport, logger } = await runningApp();
      expect(transport.phase).toBe('consuming');

      await app.close();

      expect(transport.phase).toBe('stopped');

      expect(transport.failure).toBeNull();
      expect(logger.at('fatal')).toEqual([]);
    });
  });
});
