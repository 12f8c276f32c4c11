import { toMessage, toRecordedEvent } from '../../../../src/adapters/event-bus-kafka/kafka-records.js';

describe('toRecordedEvent', () => {
  it('shows a record of an old format', () => {
    const record = { offset: '7', timestamp: '1700000000000', key: Buffer.from('k'), value: null };
    expect(toRecordedEvent('t', 3, record)).toEqual({ topic: 't', partition: 3, offset: 7, timestampMs: 1_700_000_000_000, timestampType: 'create', key: Buffer.from('k'), value: null, headers: {} });
  });
});

describe('toMessage', () => {
  it('keeps key, value and headers, for a partition', () => {
    const headers = { one: 'text', many: ['a', Buffer.from('b')] };
    expect(toMessage({ key: 'ключ', value: Buffer.alloc(0), headers }, 2, '5')).toEqual({ key: Buffer.from('ключ'), value: Buffer.alloc(0), headers, partition: 2, timestamp: '5' });
    expect(toMessage({ key: null, value: Buffer.from('v'), headers: {} }, 0, '5').key).toBeNull();
  });
});
