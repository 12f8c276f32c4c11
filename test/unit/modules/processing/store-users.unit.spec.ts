import { jest } from '@jest/globals';
import fc from 'fast-check';
import { DiskFullError, PipelineError, type Disposition } from '../../../../src/domain/errors.js';
import { type OutgoingEvent, type RecordedEvent } from '../../../../src/domain/event-record.js';
import { encodeUserCreated } from '../../../../src/domain/user-created.codec.js';
import { type ReceivedUserCreated } from '../../../../src/domain/user-created.js';
import { BusUnavailableError } from '../../../../src/ports/event-bus.errors.js';
import { RepositoryUnavailableError, UserRepository, type RejectedRow } from '../../../../src/ports/user-repository.port.js';
import { aForeignEvent, aRecordedEvent, aUserCreated } from '../../../support/builders.js';
import { mockedEventPublisher, mockedPort } from '../../../support/mocked-ports.js';
import { closeApps, runningApp } from './processing-app.js';

class SomeError extends PipelineError {
  readonly code = 'test.some';

  constructor(readonly disposition: Disposition) {
    super('some failure');
  }
}

const person = (fields: Record<string, unknown>) => JSON.stringify({ first_name: 'Ada', last_name: 'Lovelace', email: 'ada@example.com', ...fields });
const headerOf = (event: OutgoingEvent, name: string) => event.headers[name];
const good = (offset: number, fetchedAtMs: number | null = null) => {
  const { value, headers } = encodeUserCreated(aUserCreated({ fetchedAtMs }));
  return aRecordedEvent({ offset, value, headers });
};

/** A table that can never take the rows at these places of what it is given. */
function repositoryRejecting(...indexes: number[]) {
  const saved: ReceivedUserCreated[] = [];
  const saveAll = jest.fn(async (events: readonly ReceivedUserCreated[]) => {
    saved.push(...events.filter((_, index) => !indexes.includes(index)));
    return { rejected: indexes.map((index): RejectedRow => ({ index, reason: 'row.too-large', message: 'email is too large' })) };
  });
  return Object.assign(mockedPort(UserRepository, { saveAll }), { saved });
}

const failingRepository = (failure: unknown) => Object.assign(mockedPort(UserRepository, { saveAll: jest.fn(() => Promise.reject(failure as Error)) }), { saved: [] });

/** Everything of the "Bad input" that bytes can be. */
const BAD: [string, RecordedEvent][] = [
  ['value.not-json', aForeignEvent('{"first_name":')],
  ['value.not-an-object', aForeignEvent('42')],
  ['value.not-an-object', aForeignEvent('[1]')],
  ['value.not-an-object', aForeignEvent('null')],
  ['field.missing', aForeignEvent('{"first_name":"Ada","last_name":"Lovelace"}')],
  ['field.blank', aForeignEvent(person({ email: ' ' }))],
  ['field.too-long', aForeignEvent(person({ first_name: 'x'.repeat(1_025) }))],
  ['field.wrong-type', aForeignEvent(person({ last_name: 7 }))],
  ['value.not-utf8', aForeignEvent(Buffer.from([0x7b, 0xff, 0xfe, 0x7d]))],
  ['field.lone-surrogate', aForeignEvent('{"first_name":"\\ud800","last_name":"L","email":"a@b.c"}')],
  ['value.forbidden-key', aForeignEvent(person({}).replace('{', '{"__proto__":{"admin":true},'))],
  ['envelope.content-type', aRecordedEvent({ headers: { 'content-type': 'text/plain' } })],
  ['value.too-deep', aForeignEvent(person({ more: 0 }).replace('0}', `${'['.repeat(40)}${']'.repeat(40)}}`))],
  ['value.empty', aForeignEvent('')],
  ['value.empty', aForeignEvent(null)],
  ['value.not-json', aForeignEvent(Buffer.alloc(1_048_576, 'a'))],
];

describe('StoreUsers', () => {
  afterEach(closeApps);

  it('stores the events of a batch in one call, in their order', async () => {
    const { consumer, repository, publisher } = await runningApp();
    const events = [good(5), good(6), good(9)];

    await expect(consumer.hand(events)).resolves.toEqual({ stored: 3, dead: 0, skipped: 0 });

    expect(repository.saveAll).toHaveBeenCalledTimes(1);
    expect(repository.saved.map(({ offset }) => offset)).toEqual([5, 6, 9]);
    expect(publisher.publish).not.toHaveBeenCalled();
  });

  describe('what is no event', () => {
    it.each(BAD)('%s: becomes a dead letter with its original bytes; the others are stored', async (reason, bad) => {
      const { consumer, repository, publisher } = await runningApp();

      await expect(consumer.hand([good(0), { ...bad, offset: 1 }, good(2)])).resolves.toEqual({ stored: 2, dead: 1, skipped: 0 });

      expect(repository.saved.map(({ offset }) => offset)).toEqual([0, 2]);
      const [letter, ...others] = publisher.taken;
      expect(others).toEqual([]);
      expect(letter?.topic).toBe('users_created_dlq');
      expect(letter?.event.value.equals(bad.value ?? Buffer.alloc(0))).toBe(true);
      expect(letter?.event.headers).toMatchObject({ ...bad.headers, dl_reason: reason, dl_stage: 'decode', dl_topic: 'users_created', dl_partition: '0', dl_offset: '1', dl_group: 'userstream' });
    });

    it('at which our own decoder fails is a dead letter too, with the kind of the failure and none of its text', async () => {
      const { consumer, repository, publisher } = await runningApp();
      const trap = new Proxy({}, { getOwnPropertyDescriptor: (_, name) => (name === 'ce_type' ? undefined : explode()) });

      await expect(consumer.hand([good(0), { ...good(1), headers: trap }, good(2)])).resolves.toEqual({ stored: 2, dead: 1, skipped: 0 });

      expect(repository.saved.map(({ offset }) => offset)).toEqual([0, 2]);
      expect(publisher.taken[0]?.event.headers).toMatchObject({ dl_reason: 'decoder.unexpected', dl_detail: 'TypeError' });
    });

    it('alone does not reach the table', async () => {
      const { consumer, repository } = await runningApp();

      await expect(consumer.hand([aForeignEvent('x')])).resolves.toEqual({ stored: 0, dead: 1, skipped: 0 });

      expect(repository.saveAll).not.toHaveBeenCalled();
    });
  });

  it('rows that the table can never take become dead letters of the stage store; their neighbours are stored', async () => {
    const events = [aForeignEvent('x', { offset: 0 }), good(1), good(2), good(3)];
    const { consumer, repository, publisher } = await runningApp({ repository: repositoryRejecting(1) });

    await expect(consumer.hand(events)).resolves.toEqual({ stored: 2, dead: 2, skipped: 0 });

    expect(repository.saved.map(({ offset }) => offset)).toEqual([1, 3]);
    expect(publisher.taken.map(({ event }) => [headerOf(event, 'dl_offset'), headerOf(event, 'dl_stage'), headerOf(event, 'dl_reason')])).toEqual([
      ['0', 'decode', 'value.not-json'],
      ['2', 'store', 'row.too-large'],
    ]);
    expect(publisher.taken[1]?.event.value).toEqual(events[2]?.value);
  });

  it('publishes the dead letters of a batch in the order of the log', async () => {
    const { consumer, publisher } = await runningApp({ repository: repositoryRejecting(0) });

    await consumer.hand([good(4), aForeignEvent('x', { offset: 5 })]);

    expect(publisher.taken.map(({ event }) => headerOf(event, 'dl_offset'))).toEqual(['4', '5']);
  });

  describe('passes a failure on to the consumer, so that nothing is acknowledged', () => {
    it.each([
      ['the table is away', new RepositoryUnavailableError('away')],
      ['the disk is full', new DiskFullError('full')],
      ['whole batches are refused', new SomeError('dead-letter')],
      ['a person is needed', new SomeError('halt')],
      ['there is a bug', new TypeError('bug')],
    ])('when %s, and makes no dead letters meanwhile', async (_, failure) => {
      const { consumer, publisher, ownVitals } = await runningApp({ repository: failingRepository(failure) });

      await expect(consumer.hand([good(0), aForeignEvent('x', { offset: 1 })])).rejects.toBe(failure);

      expect(publisher.publish).not.toHaveBeenCalled();
      expect(ownVitals()).toMatchObject({ storedTotal: 0, deadTotal: 0 });
    });

    it('when the dead letters cannot be published', async () => {
      const failure = new BusUnavailableError('away');
      const publisher = mockedEventPublisher();
      publisher.publish.mockRejectedValueOnce(failure);
      const { consumer, ownVitals } = await runningApp({ publisher });
      const batch = [good(0), aForeignEvent('x', { offset: 1 })];

      await expect(consumer.hand(batch)).rejects.toBe(failure);
      expect(ownVitals().deadTotal).toBe(0);

      await expect(consumer.hand(batch)).resolves.toEqual({ stored: 1, dead: 1, skipped: 0 });
    });

    it('when the table rejects a row that it was not given', async () => {
      const { consumer } = await runningApp({ repository: repositoryRejecting(3) });

      await expect(consumer.hand([good(0)])).rejects.toThrow(RangeError);
    });

    it('when the table rejects a row twice: the tally cannot add up', async () => {
      const { consumer } = await runningApp({ repository: repositoryRejecting(0, 0) });

      await expect(consumer.hand([good(0), good(1)])).rejects.toMatchObject({ code: 'bus.tally-mismatch' });
    });
  });

  it('has accounted for each event of any mix of good, bad, foreign and rejected ones', async () => {
    const { consumer, repository, publisher } = await runningApp();
    const kinds = fc.array(fc.constantFrom('good', 'bad', 'foreign', 'rejected'), { minLength: 1, maxLength: 40 });

    await fc.assert(
      fc.asyncProperty(kinds, async (mix) => {
        const events = mix.map((kind, offset) => ofKind(kind, offset));
        repository.saveAll.mockImplementation(async (given) => ({ rejected: given.flatMap(({ offset }, index) => (mix[offset] === 'rejected' ? [{ index, reason: 'row.wrong-type', message: '' }] : [])) }));
        publisher.taken.length = 0;

        const tally = await consumer.hand(events);

        const count = (...wanted: string[]) => mix.filter((kind) => wanted.includes(kind)).length;
        expect(tally).toEqual({ stored: count('good'), dead: count('bad', 'rejected'), skipped: count('foreign') });
        const dead = mix.flatMap((kind, offset) => (kind === 'bad' || kind === 'rejected' ? [String(offset)] : []));
        expect(publisher.taken.map(({ event }) => headerOf(event, 'dl_offset'))).toEqual(dead);
      }),
      { numRuns: 60 },
    );
  });
});

function ofKind(kind: string, offset: number): RecordedEvent {
  if (kind === 'bad') return aForeignEvent('{', { offset });
  if (kind === 'foreign') return aForeignEvent('{}', { offset, headers: { ce_type: 'user.renamed' } });
  return good(offset);
}

function explode(): never {
  throw new TypeError('ada@example.com is not a function');
}
