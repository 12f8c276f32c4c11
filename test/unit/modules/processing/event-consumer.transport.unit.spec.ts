import { jest } from '@jest/globals';
import { Controller, UseFilters } from '@nestjs/common';
import { EventPattern } from '@nestjs/microservices';
import { of, throwError } from 'rxjs';
import { PipelineError, type Disposition } from '../../../../src/domain/errors.js';
import { type RecordedEvent } from '../../../../src/domain/event-record.js';
import { type TallyDelta } from '../../../../src/domain/tally.js';
import { RethrowFilter } from '../../../../src/modules/processing/rethrow.filter.js';
import { StoreUsers } from '../../../../src/modules/processing/store-users.js';
import { TallyMismatchError } from '../../../../src/ports/event-bus.errors.js';
import { aRecordedEvent } from '../../../support/builders.js';
import { eventually } from '../../../support/eventually.js';
import { deferred } from './deferred.js';
import { closeApps, connectedApp, runningApp } from './processing-app.js';

class SomeError extends PipelineError {
  readonly code = 'test.some';

  constructor(readonly disposition: Disposition) {
    super('some failure');
  }
}

const ofType = (type: string, offset: number): RecordedEvent => aRecordedEvent({ offset, headers: { ce_type: type } });
const allStored = async (events: readonly RecordedEvent[]) => ({ stored: events.length, dead: 0, skipped: 0 });

function appWith(execute: StoreUsers['execute']) {
  return runningApp({}, (builder) => builder.overrideProvider(StoreUsers).useValue({ execute }));
}

describe('EventConsumerTransport', () => {
  afterEach(closeApps);

  describe('hands over', () => {
    it('the events of the configured topic, as the configured group', async () => {
      const { consumer } = await runningApp();

      expect(consumer.subscriptions).toEqual([{ topic: 'users_created', group: 'userstream' }]);
    });

    it('a batch in stretches of one type, in the order of the log, and adds the outcomes up', async () => {
      const execute = jest.fn(allStored);
      const { consumer, ownVitals } = await appWith(execute);
      const events = [ofType('user.created', 3), ofType('user.created', 4), ofType('user.renamed', 5), ofType('user.created', 7)];

      await expect(consumer.hand(events)).resolves.toEqual({ stored: 3, dead: 0, skipped: 1 });

      expect(execute.mock.calls.map(([stretch]) => stretch.map(({ offset }) => offset))).toEqual([[3, 4], [7]]);
      expect(ownVitals().skippedTotal).toBe(1);
    });

    it('the next stretch only after the one before has been handled', async () => {
      const first = deferred<TallyDelta>();
      const execute = jest.fn(allStored).mockReturnValueOnce(first.promise);
      const { consumer } = await appWith(execute);

      const outcome = consumer.hand([ofType('user.created', 0), ofType('x', 1), ofType('user.created', 2)]);
      await eventually(() => expect(execute).toHaveBeenCalledTimes(1));
      await new Promise(setImmediate);
      expect(execute).toHaveBeenCalledTimes(1);
      first.resolve({ stored: 1, dead: 0, skipped: 0 });

      await expect(outcome).resolves.toEqual({ stored: 2, dead: 0, skipped: 1 });
    });

    it('an event without a type as user.created, and one named like an inherited property as a type nobody handles', async () => {
      const execute = jest.fn(allStored);
      const { consumer } = await appWith(execute);

      await expect(consumer.hand([aRecordedEvent({ headers: {} }), ofType('__proto__', 1), ofType('constructor', 2)])).resolves.toEqual({ stored: 1, dead: 0, skipped: 2 });
    });

    it('the signal of the batch', async () => {
      const execute = jest.fn(allStored);
      const { consumer } = await appWith(execute);
      const { signal } = new AbortController();

      await consumer.hand([aRecordedEvent()], signal);

      expect(execute).toHaveBeenCalledWith(expect.anything(), signal);
    });
  });

  describe('loses no failure', () => {
    const failures: [string, unknown][] = [
      ['retry', new SomeError('retry')],
      ['dead-letter', new SomeError('dead-letter')],
      ['halt', new SomeError('halt')],
      ['unknown', new TypeError('a bug of ours')],
      ['no Error', 'a text'],
    ];

    it.each(failures)('a rejection (%s) reaches the port as the same object', async (_, failure) => {
      const { consumer } = await appWith(async () => {
        throw failure;
      });

      await expect(consumer.hand([aRecordedEvent()])).rejects.toBe(failure);
    });

    it.each(failures)('an exception thrown at once (%s) too', async (_, failure) => {
      const { consumer } = await appWith(() => {
        throw failure;
      });

      await expect(consumer.hand([aRecordedEvent()])).rejects.toBe(failure);
    });

    it('no later stretch is handed over after a failure', async () => {
      const execute = jest.fn(allStored).mockRejectedValueOnce(new SomeError('retry'));
      const { consumer } = await appWith(execute);

      await expect(consumer.hand([ofType('user.created', 0), ofType('x', 1), ofType('user.created', 2)])).rejects.toThrow('some failure');

      expect(execute).toHaveBeenCalledTimes(1);
    });

    it.each([
      ['nothing', undefined],
      ['something else', { ok: true }],
      ['too few', { stored: 1, dead: 0, skipped: 0 }],
      ['too many', { stored: 2, dead: 1, skipped: 0 }],
      ['a negative count', { stored: 3, dead: -1, skipped: 0 }],
    ])('a handler that accounts for %s is a tally mismatch', async (_, outcome) => {
      const { consumer } = await appWith(() => Promise.resolve(outcome as never));

      await expect(consumer.hand([aRecordedEvent({ offset: 0 }), aRecordedEvent({ offset: 1 })])).rejects.toBeInstanceOf(TallyMismatchError);
    });

    it('the stack of an unforeseen one is logged', async () => {
      const { consumer, logger } = await appWith(() => Promise.reject(new TypeError('a bug')));

      await expect(consumer.hand([aRecordedEvent({ partition: 2, offset: 9 })])).rejects.toThrow('a bug');

      expect(logger.at('error')).toEqual([expect.stringMatching(/users_created\/2\/9.*unexpected\.TypeError[^]*a bug[^]* at /)]);
    });

    it.each([
      ['foreseen', new SomeError('retry'), new AbortController().signal],
      ['of a partition that was lost', new TypeError('aborted'), AbortSignal.abort()],
    ])('one that is %s is not', async (_, failure, signal) => {
      const { consumer, logger } = await appWith(() => Promise.reject(failure));

      await expect(consumer.hand([aRecordedEvent()], signal)).rejects.toBe(failure);

      expect(logger.at('error')).toEqual([]);
    });
  });

  describe('takes handlers that answer with observables', () => {
    @Controller()
    @UseFilters(RethrowFilter)
    class ObservableController {
      @EventPattern<'test.fine'>('test.fine')
      fine() {
        return of({ stored: 0, dead: 1, skipped: 0 });
      }

      @EventPattern<'test.failing'>('test.failing')
      failing() {
        return throwError(() => new SomeError('retry'));
      }
    }

    const withController = () => runningApp({}, (builder) => builder, [ObservableController]);

    it('the outcome is what they end with', async () => {
      const { consumer } = await withController();

      await expect(consumer.hand([ofType('test.fine', 0)])).resolves.toEqual({ stored: 0, dead: 1, skipped: 0 });
    });

    it('their error reaches the port', async () => {
      const { consumer } = await withController();

      await expect(consumer.hand([ofType('test.failing', 0)])).rejects.toBeInstanceOf(SomeError);
    });

    it('two handlers for one type are refused', async () => {
      @Controller()
      class AnotherController {
        @EventPattern<'user.created'>('user.created')
        handle() {
          return of({ stored: 1, dead: 0, skipped: 0 });
        }
      }
      const { app, consumer } = await connectedApp({}, (builder) => builder, [AnotherController]);

      await expect(app.startAllMicroservices()).rejects.toThrow('two handlers for the event type user.created');
      expect(consumer.calls).toEqual([]);
    });
  });
});
