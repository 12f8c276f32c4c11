import { partitionLimits } from '../../../../src/adapters/event-bus-sqlite/event-pruning.js';
import { type Topic } from '../../../../src/adapters/event-bus-sqlite/topic-catalog.js';

const topic = (cleanup: Topic['cleanup']): Topic => ({ id: 1, name: 't', cleanup, maxEventBytes: 1, partitions: [{ id: 1, number: 0 }, { id: 2, number: 1 }] });
const none = { maxAgeMs: null, maxBytes: null };

describe('partitionLimits', () => {
  it.each([
    ["the topic's own", topic({ policy: 'delete', maxAgeMs: 10, maxBytes: 100 }), none, { maxAgeMs: 10, maxBytes: 50 }],
    ["the operator's where they are tighter", topic({ policy: 'delete', maxAgeMs: 10, maxBytes: 100 }), { maxAgeMs: 5, maxBytes: 60 }, { maxAgeMs: 5, maxBytes: 30 }],
    ["the topic's where they are tighter", topic({ policy: 'delete', maxAgeMs: 10, maxBytes: 100 }), { maxAgeMs: 20, maxBytes: 600 }, { maxAgeMs: 10, maxBytes: 50 }],
    ["the operator's where the topic has one of the other kind", topic({ policy: 'delete', maxAgeMs: null, maxBytes: 100 }), { maxAgeMs: 7, maxBytes: null }, { maxAgeMs: 7, maxBytes: 50 }],
    ['none for a topic made without any', topic({ policy: 'delete', ...none }), { maxAgeMs: 5, maxBytes: 60 }, none],
    ['none for a compacted topic', topic({ policy: 'compact', minAgeMs: 3 }), { maxAgeMs: 5, maxBytes: 60 }, none],
  ])('are %s', (_, given, operator, expected) => {
    expect(partitionLimits(given, operator)).toEqual(expected);
  });
});
