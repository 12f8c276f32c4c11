import { jest } from '@jest/globals';
import { type RecordedEvent } from '../../../../src/domain/event-record.js';
import { PauseProcessing, ResumeProcessing } from '../../../../src/modules/processing/index.js';
import { aForeignEvent, aRecordedEvent } from '../../../support/builders.js';
import { eventually } from '../../../support/eventually.js';
import { mockedEventLog } from '../../../support/mocked-ports.js';
import { deferred } from './deferred.js';
import { aPartitionState } from './hand-driven-consumer.js';
import { closeApps, connectedApp, runningApp } from './processing-app.js';
import { StubJournal } from './stub-journal.js';

const OPERATOR = { actor: 'operator', reason: 'maintenance' };

const bad = (offset: number, partition = 0): RecordedEvent => aForeignEvent('{', { offset, partition });
const badOnes = (from: number, count: number, partition = 0) => Array.from({ length: count }, (_, index) => bad(from + index, partition));

describe('PauseProcessing', () => {
  afterEach(closeApps);

  it('puts it on the journal, and the consumer pauses', async () => {
    const { app, consumer, journal, logger } = await runningApp();

    const control = await app.get(PauseProcessing).execute(OPERATOR);

    expect(journal.appended).toEqual([{ type: 'processing.paused', by: OPERATOR, code: 'operator' }]);
    expect(control).toMatchObject({ paused: true, by: OPERATOR });
    await eventually(() => expect(consumer.calls).toEqual(['run', 'pause']));
    expect(logger.at('warn')).toEqual([expect.stringContaining('paused (operator) by operator: maintenance')]);
  });

  it('twice, one after the other or at once, is one fact', async () => {
    const { app, journal } = await runningApp();
    const pause = app.get(PauseProcessing);

    await Promise.all([pause.execute(OPERATOR), pause.execute({ actor: 'somebody else', reason: null })]);
    await pause.execute({ actor: 'a third', reason: null });

    expect(journal.appended).toEqual([{ type: 'processing.paused', by: OPERATOR, code: 'operator' }]);
  });

  it('waits for the journal to be folded: what is paused already stays as it is', async () => {
    const { app, journal } = await connectedApp();
    const letGo = journal.holdBack();

    const pausing = app.get(PauseProcessing).execute(OPERATOR);
    journal.fold({ type: 'processing.paused', by: { actor: 'before', reason: null }, code: 'operator' });
    letGo();

    await expect(pausing).resolves.toMatchObject({ by: { actor: 'before' } });
    expect(journal.appended).toEqual([]);
  });
});

describe('ResumeProcessing', () => {
  afterEach(closeApps);

  const log = () => mockedEventLog({ offsets: jest.fn(async () => [0, 1].map((partition) => ({ partition, first: 0, end: 100 + partition }))) });

  it('puts it on the journal with the end offsets of that moment, and the consumer goes on', async () => {
    const { app, consumer, journal } = await runningApp({ journal: new StubJournal({ paused: true }), log: log() });

    const control = await app.get(ResumeProcessing).execute(OPERATOR);

    expect(journal.appended).toEqual([{ type: 'processing.resumed', by: OPERATOR, endOffsets: { 0: 100, 1: 101 } }]);
    expect(control).toMatchObject({ paused: false });
    await eventually(() => expect(consumer.calls).toEqual(['pause', 'run', 'resume']));
  });

  it('writes nothing where nothing is paused or halted', async () => {
    const { app, consumer, journal } = await runningApp();

    await app.get(ResumeProcessing).execute(OPERATOR);

    expect(journal.appended).toEqual([]);
    expect(consumer.calls).toEqual(['run']);
  });

  it('releases halted partitions also where nothing is paused', async () => {
    const { app, consumer, journal } = await runningApp();
    consumer.current = { ...consumer.current, state: 'halted', partitions: [aPartitionState(), aPartitionState({ partition: 1, state: 'halted' })] };

    await app.get(ResumeProcessing).execute(OPERATOR);

    expect(journal.appended).toMatchObject([{ type: 'processing.resumed' }]);
    await eventually(() => expect(consumer.calls).toEqual(['run', 'resume']));
  });

  it('twice at once is one fact', async () => {
    const { app, journal } = await runningApp({ journal: new StubJournal({ paused: true }) });
    const resume = app.get(ResumeProcessing);

    await Promise.all([resume.execute(OPERATOR), resume.execute(OPERATOR)]);

    expect(journal.appended).toHaveLength(1);
  });
});

describe('a processing process', () => {
  afterEach(closeApps);

  it('that starts while paused stays paused: the consumer is told before it runs', async () => {
    const { consumer } = await runningApp({ journal: new StubJournal({ paused: true }) });

    expect(consumer.calls).toEqual(['pause', 'run']);
  });

  it('that starts while paused runs only once the consumer has paused', async () => {
    const { app, consumer } = await connectedApp({ journal: new StubJournal({ paused: true }) });
    const { promise, resolve } = deferred();
    consumer.pause = () => promise;

    await app.startAllMicroservices();
    await new Promise(setImmediate);
    expect(consumer.isRunning).toBe(false);
    resolve();

    await eventually(() => expect(consumer.isRunning).toBe(true));
  });

  it('follows what other processes write, in its order, and nothing else', async () => {
    const { consumer, journal } = await runningApp();

    journal.fold({ type: 'source.chosen', source: { name: 'file', parameters: {} }, reason: '' });
    journal.fold({ type: 'processing.paused', by: OPERATOR, code: 'operator' });
    journal.fold({ type: 'source.chosen', source: { name: 'file', parameters: {} }, reason: '' });
    journal.fold({ type: 'processing.resumed', by: OPERATOR, endOffsets: {} });

    await eventually(() => expect(consumer.calls).toEqual(['run', 'pause', 'resume']));
  });

  it('takes a resume while it pauses after the pause', async () => {
    const { consumer, journal } = await runningApp();
    const pauses: (() => void)[] = [];
    consumer.pause = () => {
      consumer.calls.push('pausing');
      return new Promise<void>((resolve) => pauses.push(resolve));
    };

    journal.fold({ type: 'processing.paused', by: OPERATOR, code: 'operator' });
    journal.fold({ type: 'processing.resumed', by: OPERATOR, endOffsets: {} });
    await eventually(() => expect(pauses).toHaveLength(1));
    expect(consumer.calls).toEqual(['run', 'pausing']);
    pauses[0]?.();

    await eventually(() => expect(consumer.calls).toEqual(['run', 'pausing', 'resume']));
  });
});

describe('too many failures', () => {
  afterEach(closeApps);

  it('pause processing through the journal, by the instance, with the figures and the last reason', async () => {
    const { consumer, journal } = await runningApp();

    await consumer.hand([...badOnes(0, 120), ...Array.from({ length: 80 }, (_, index) => aRecordedEvent({ offset: 120 + index }))]);

    expect(journal.appended).toEqual([
      {
        type: 'processing.paused',
        code: 'processing.failure-rate',
        by: { actor: 'this-instance', reason: '120 of 200 events within 60 s became dead letters; the latest: value.not-json' },
      },
    ]);
    await eventually(() => expect(consumer.calls).toContain('pause'));
  });

  it('below the end offsets of the last resume do not count, by partition', async () => {
    const { consumer, journal } = await runningApp({ journal: new StubJournal({ breakerOffUpTo: { 0: 500 } }) });

    await consumer.hand(badOnes(100, 400));
    await consumer.hand(badOnes(400, 299));
    expect(journal.appended).toEqual([]);

    await consumer.hand([bad(699)]);
    expect(journal.appended).toHaveLength(1);
  });

  it('of another partition count', async () => {
    const { consumer, journal } = await runningApp({ journal: new StubJournal({ breakerOffUpTo: { 0: 500 } }) });

    await consumer.hand(badOnes(0, 200, 1));

    expect(journal.appended).toHaveLength(1);
  });

  it('are judged after the dead letters are durable', async () => {
    const { consumer, journal, publisher } = await runningApp();
    publisher.publish.mockRejectedValueOnce(new Error('away'));

    await expect(consumer.hand(badOnes(0, 200))).rejects.toThrow('away');

    expect(journal.appended).toEqual([]);
  });
});
