import { createRequire } from 'node:module';
import fc from 'fast-check';
import { addedBytes, BATCH_OVERHEAD_BYTES, eventBytes, loneBatchBytes } from '../../../../src/adapters/event-bus-kafka/record-size.js';
import { type OutgoingEvent } from '../../../../src/domain/event-record.js';

interface Encoded {
  size(): number;
}

const require = createRequire(import.meta.url);
const { RecordBatch } = require('kafkajs/src/protocol/recordBatch/v0') as { RecordBatch: (given: { records: Encoded[] }) => Promise<Encoded> };
const Record = require('kafkajs/src/protocol/recordBatch/record/v0') as (given: object) => Encoded;

const encode = ({ key, value, headers }: OutgoingEvent, offsetDelta: number) => Record({ key: key === null ? null : Buffer.from(key), value, headers, offsetDelta, timestampDelta: 0 });

const anyEvent: fc.Arbitrary<OutgoingEvent> = fc.record({
  key: fc.option(fc.string({ unit: 'grapheme', maxLength: 300 })),
  value: fc.integer({ min: 0, max: 20_000 }).map((length) => Buffer.alloc(length, 'x')),
  headers: fc.dictionary(fc.string({ unit: 'grapheme', maxLength: 70 }), fc.oneof(fc.string({ maxLength: 9_000 }), fc.array(fc.string(), { minLength: 1 })), { maxKeys: 5, noNullPrototype: true }),
});

describe('the size of an event', () => {
  it('alone is what is sent', async () => {
    await fc.assert(
      fc.asyncProperty(anyEvent, async (event) => {
        expect(loneBatchBytes(event)).toBe((await RecordBatch({ records: [encode(event, 0)] })).size());
      }),
      { numRuns: 300 },
    );
  });

  it('in a batch is never more than was reckoned', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyEvent, { minLength: 1, maxLength: 70 }), async (batch) => {
        const reckoned = batch.reduce((sum, event) => sum + addedBytes(event), BATCH_OVERHEAD_BYTES);
        expect((await RecordBatch({ records: batch.map(encode) })).size()).toBeLessThanOrEqual(reckoned);
      }),
      { numRuns: 50 },
    );
  });

  it('for the port counts key, value, and the names and values of headers, in bytes', () => {
    expect(eventBytes({ key: 'ключ', value: Buffer.from('12345'), headers: { ä: 'x', many: ['1', Buffer.from('22')] } })).toBe(8 + 5 + 3 + (4 + 1 + 4 + 2));
  });
});
