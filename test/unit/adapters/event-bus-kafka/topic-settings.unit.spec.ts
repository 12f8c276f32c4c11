import { differences, maxEventBytesOf, maxMessageBytesOf, neededSettings, settingsOf } from '../../../../src/adapters/event-bus-kafka/topic-settings.js';
import { type TopicSpec } from '../../../../src/ports/event-topics.port.js';

const DAY_MS = 86_400_000;
const spec = (cleanup: TopicSpec['cleanup']): TopicSpec => ({ name: 't', partitions: 4, cleanup, maxEventBytes: 1_000_000, whenItExists: 'exact' });

describe("a topic's settings", () => {
  it('say everything that a promise hangs on', () => {
    expect(settingsOf(spec({ policy: 'delete', maxAgeMs: null, maxBytes: null }))).toEqual({
      'message.timestamp.type': 'LogAppendTime', 'max.message.bytes': '1001024', 'cleanup.policy': 'delete', 'retention.ms': '-1', 'retention.bytes': '-1',
    });
  });

  it('share the size of a topic among its partitions', () => {
    expect(settingsOf(spec({ policy: 'delete', maxAgeMs: 30 * DAY_MS, maxBytes: 1_000_001 }))).toMatchObject({ 'retention.ms': String(30 * DAY_MS), 'retention.bytes': '250000' });
  });

  it('have short segments where events are worth nothing soon, since whole segments are removed', () => {
    const heartbeats = settingsOf(spec({ policy: 'delete', maxAgeMs: 600_000, maxBytes: null }));
    expect(Number(heartbeats['segment.ms'])).toBeLessThanOrEqual(300_000);
    expect(Number(heartbeats['segment.bytes'])).toBeLessThan(100 * 1_048_576);
    expect(settingsOf(spec({ policy: 'delete', maxAgeMs: 30 * DAY_MS, maxBytes: null }))).not.toHaveProperty('segment.ms');
  });

  it('let a compacted topic be compacted, and not before its time', () => {
    expect(settingsOf(spec({ policy: 'compact', minAgeMs: 7 * DAY_MS }))).toMatchObject({ 'cleanup.policy': 'compact', 'min.compaction.lag.ms': String(7 * DAY_MS), 'segment.ms': String(DAY_MS), 'min.cleanable.dirty.ratio': '0.1' });
  });

  it('turn an event size into a batch size and back', () => {
    expect(maxEventBytesOf(maxMessageBytesOf(1_048_576))).toBe(1_048_576);
    expect(maxEventBytesOf(100)).toBe(0);
  });
});

describe('differences', () => {
  const needed = neededSettings(spec({ policy: 'compact', minAgeMs: 60_000 }));
  const found = (changes: Record<string, string>) => new Map(Object.entries({ ...needed, ...changes }));

  it('are none where all is as needed, larger events taken or not', () => {
    expect(differences(found({}), needed)).toEqual([]);
    expect(differences(found({ 'max.message.bytes': '9999999', 'segment.ms': '1' }), needed)).toEqual([]);
  });

  it.each([
    ['cleanup.policy', 'compact,delete', 'cleanup.policy is compact,delete and must be compact'],
    ['min.compaction.lag.ms', '0', 'min.compaction.lag.ms is 0 and must be 60000'],
    ['message.timestamp.type', 'CreateTime', 'message.timestamp.type is CreateTime and must be LogAppendTime'],
    ['max.message.bytes', '500', 'max.message.bytes is 500 and must be at least 1001024'],
  ])('name %s', (name, value, sentence) => {
    expect(differences(found({ [name]: value }), needed)).toEqual([sentence]);
  });
});
