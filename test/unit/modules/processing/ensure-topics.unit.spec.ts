import { jest } from '@jest/globals';
import { TopicMisconfiguredError, UnknownTopicError } from '../../../../src/ports/event-bus.errors.js';
import { type TopicSpec } from '../../../../src/ports/event-topics.port.js';
import { eventually } from '../../../support/eventually.js';
import { mockedEventLog, mockedEventTopics } from '../../../support/mocked-ports.js';
import { closeApps, connectedApp, runningApp } from './processing-app.js';

/** Topics that know how many partitions they have; what is ensured and missing is made. */
function topicsWith(existing: Record<string, number>) {
  const ensured: TopicSpec[] = [];
  const partitions = new Map(Object.entries(existing));
  const ensure = jest.fn(async (specs: readonly TopicSpec[]) => {
    for (const spec of specs) {
      ensured.push(spec);
      if (!partitions.has(spec.name)) partitions.set(spec.name, spec.partitions);
    }
  });
  const offsets = jest.fn(async (topic: string) => {
    const count = partitions.get(topic);
    if (count === undefined) throw new UnknownTopicError(`no topic ${topic}`);
    return Array.from({ length: count }, (_, partition) => ({ partition, first: 0, end: 0 }));
  });
  return { ensured, world: { topics: mockedEventTopics({ ensure }), log: mockedEventLog({ offsets }) } };
}

describe('EnsureTopics', () => {
  afterEach(closeApps);

  it('makes the users topic as configured, and a dead-letter topic that keeps larger events for ever', async () => {
    const { ensured, world } = topicsWith({});

    await runningApp(world);

    expect(ensured).toEqual([
      { name: 'users_created', partitions: 4, cleanup: { policy: 'delete', maxAgeMs: null, maxBytes: 1_000_000 }, maxEventBytes: 1_048_576, whenItExists: 'any' },
      { name: 'users_created_dlq', partitions: 4, cleanup: { policy: 'delete', maxAgeMs: null, maxBytes: null }, maxEventBytes: 1_048_576 + 65_536, whenItExists: 'exact' },
    ]);
  });

  it.each([
    ['as many partitions as an existing users topic really has', { users_created: 7 }, 7],
    ['as many as it has already', { users_created: 7, users_created_dlq: 3 }, 3],
  ])('gives the dead-letter topic %s', async (_, existing, expected) => {
    const { ensured, world } = topicsWith(existing);

    await runningApp(world);

    expect(ensured.find(({ name }) => name === 'users_created_dlq')?.partitions).toBe(expected);
  });

  it('does not consume while dead letters could get lost, and says so', async () => {
    const topics = mockedEventTopics({ ensure: jest.fn(() => Promise.reject(new TopicMisconfiguredError('cleanup: found compact', { remedy: 'make it delete' }))) });
    const { app, transport, consumer, logger, probe } = await connectedApp({ topics });

    await app.startAllMicroservices();

    await eventually(() => expect(transport.failure?.code).toBe('bus.topic-misconfigured'));
    expect(consumer.calls).toEqual([]);
    expect(logger.at('fatal')).toEqual([expect.stringContaining('make it delete')]);
    await expect(probe.check()).resolves.toMatchObject({ status: 'down', code: 'bus.topic-misconfigured' });
  });
});
