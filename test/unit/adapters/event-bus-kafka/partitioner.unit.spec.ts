import { Partitioners } from 'kafkajs';
import { partitionOfKey } from '../../../../src/adapters/event-bus-kafka/partitioner.js';

describe('partitionOfKey', () => {
  it.each([
    ['21', -973932308],
    ['foobar', -790332482],
    ['a-little-bit-long-string', -985981536],
    ['a-little-bit-longer-string', -1486304829],
    ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
    ['abc', 479470107],
  ])("puts %s where Kafka's own tests say its hash is", (key, hash) => {
    for (const partitions of [1, 2, 4, 7, 1_000]) expect(partitionOfKey(Buffer.from(key), partitions)).toBe((hash & 0x7fffffff) % partitions);
  });

  it('puts every key where kafkajs puts it, whatever its length', () => {
    const theirs = Partitioners.DefaultPartitioner();
    const partitionMetadata = Array.from({ length: 12 }, (_, partitionId) => ({ partitionId, leader: 0, partitionErrorCode: 0, replicas: [], isr: [] }));
    for (let length = 0; length < 40; length += 1) {
      const key = Buffer.from(Array.from({ length }, (_, index) => (index * 89 + length * 37) % 256));
      expect(partitionOfKey(key, 12)).toBe(theirs({ topic: 't', partitionMetadata, message: { key, value: null } }));
    }
  });
});
