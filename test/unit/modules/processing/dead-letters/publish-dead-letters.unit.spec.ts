import { type RecordedEvent } from '../../../../../src/domain/event-record.js';
import { deadLetterOf } from '../../../../../src/modules/processing/dead-letters/dead-letter.js';
import { PublishDeadLetters } from '../../../../../src/modules/processing/dead-letters/publish-dead-letters.js';
import { BusUnavailableError, EventTooLargeError } from '../../../../../src/ports/event-bus.errors.js';
import { aRecordedEvent } from '../../../../support/builders.js';
import { mockedEventPublisher } from '../../../../support/mocked-ports.js';

const letterOf = (original: Partial<RecordedEvent>) => deadLetterOf({ original: aRecordedEvent(original), stage: 'decode', reason: 'value.not-json', detail: null, group: 'userstream', deadAtMs: 0 });

/** Takes nothing whose value is larger. */
function publisherUpTo(maxBytes: number) {
  const publisher = mockedEventPublisher();
  const take = publisher.publish.getMockImplementation();
  publisher.publish.mockImplementation(async (topic, events, signal) => {
    const index = events.findIndex(({ value }) => value.length > maxBytes);
    if (index >= 0) throw new EventTooLargeError('too large', index);
    return take?.(topic, events, signal) ?? [];
  });
  return publisher;
}

function subject(publisher = mockedEventPublisher()) {
  return { publisher, publish: new PublishDeadLetters(publisher, { deadLetterTopic: 'users_created_dlq' }) };
}

describe('PublishDeadLetters', () => {
  it('publishes all of them at once, in their order, with the signal', async () => {
    const { publisher, publish } = subject();
    const { signal } = new AbortController();

    await publish.execute([letterOf({ offset: 1 }), letterOf({ offset: 2 })], signal);

    expect(publisher.publish.mock.calls.map(([topic, events, given]) => [topic, events.length, given])).toEqual([['users_created_dlq', 2, signal]]);
    expect(publisher.taken.map(({ event }) => event.headers['dl_offset'])).toEqual(['1', '2']);
  });

  it('truncates those that the topic refuses, and only those', async () => {
    const { publisher, publish } = subject(publisherUpTo(100_000));

    await publish.execute([letterOf({ offset: 1, value: Buffer.alloc(150_000) }), letterOf({ offset: 2, value: Buffer.alloc(90_000) }), letterOf({ offset: 3, value: Buffer.alloc(400_000) })]);

    expect(publisher.taken.map(({ event }) => [event.headers['dl_offset'], event.value.length, event.headers['dl_size']])).toEqual([
      ['1', 65_536, '150000'],
      ['2', 90_000, undefined],
      ['3', 65_536, '400000'],
    ]);
  });

  it('gives up where even the truncated one is refused: nothing may be acknowledged', async () => {
    const { publisher, publish } = subject(publisherUpTo(1_000));

    await expect(publish.execute([letterOf({ value: Buffer.alloc(150_000) })])).rejects.toBeInstanceOf(EventTooLargeError);

    expect(publisher.publish).toHaveBeenCalledTimes(2);
  });

  it('passes any other failure on', async () => {
    const { publisher, publish } = subject();
    const failure = new BusUnavailableError('away');
    publisher.publish.mockRejectedValueOnce(failure);

    await expect(publish.execute([letterOf({})])).rejects.toBe(failure);
  });
});
