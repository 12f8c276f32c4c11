import { toMessage, toRecordedEvent } from '../../../../src/adapters/event-bus-kafka/kafka-records.js';

const record = { offset: '7', timestamp: '1700000000000', key: Buffer.from('k'), value: Buffer.from('v'), headers: {}, batchContext: { timestampType: 1 } };

describe('toRecordedEvent', () => {
  it('tells whose time a record has', () => {
    expect(toRecordedEvent('t', 3, record)).toEqual({ topic: 't', partition: 3, offset: 7, timestampMs: 1_700_000_000_000, timestampType: 'append', key: Buffer.from('k'), value: Buffer.from('v'), headers: {} });
    expect(toRecordedEvent('t', 3, { ...record, batchContext: { timestampType: 0 } }).timestampType).toBe('create');
    const { batchContext: _, ...ofOldFormat } = record;
    expect(toRecordedEvent('t', 3, ofOldFormat).timestampType).toBe('create');
  });

  it('gives text where a header is UTF-8, else bytes, and a list where its name was repeated', () => {
    const headers = { text: Buffer.from('päivää'), bytes: Buffer.from([0xff, 0xfe]), many: [Buffer.from('1'), Buffer.from([0xc0]), null], none: null };
    expect(toRecordedEvent('t', 0, { ...record, headers }).headers).toEqual({ text: 'päivää', bytes: Buffer.from([0xff, 0xfe]), many: ['1', Buffer.from([0xc0]), ''], none: '' });
  });

  it('drops what kafkajs puts before a header whose name every object has', () => {
    const headers = Object.fromEntries([['__proto__', [Object.prototype, Buffer.from('one')]], ['constructor', [Object, Buffer.from('two')]]]);
    expect(Object.entries(toRecordedEvent('t', 0, { ...record, headers }).headers)).toEqual([['__proto__', 'one'], ['constructor', 'two']]);
  });
});

describe('toMessage', () => {
  it('keeps key, value and headers, for a partition', () => {
    const headers = { one: 'text', many: ['a', Buffer.from('b')] };
    expect(toMessage({ key: 'ключ', value: Buffer.alloc(0), headers }, 2, '5')).toEqual({ key: Buffer.from('ключ'), value: Buffer.alloc(0), headers, partition: 2, timestamp: '5' });
    expect(toMessage({ key: null, value: Buffer.from('v'), headers: {} }, 0, '5').key).toBeNull();
  });
});
