import fc from 'fast-check';
import { v5 as uuidv5 } from 'uuid';
import { deriveId, foreignEventId, manualRunId, seedOf, slotRunId, toUserId, userCreatedId } from '../../../src/domain/ids.js';

const NAMESPACE = 'b1f3c8a2-5d0e-5c7b-9a44-2f6e1d7c0a93';
const part = fc.oneof(fc.string({ unit: 'binary' }), fc.integer());

describe('deriveId', () => {
  it('is the UUIDv5 of its kind and parts', () => {
    fc.assert(fc.property(fc.string(), fc.array(part), (kind, parts) => {
      expect(deriveId(kind, ...parts)).toBe(uuidv5(JSON.stringify([kind, ...parts]), NAMESPACE));
    }));
  });

  it('tells apart any two lists of parts', () => {
    fc.assert(fc.property(fc.array(part), fc.array(part), (one, other) => {
      expect(deriveId('kind', ...one) === deriveId('kind', ...other)).toBe(JSON.stringify(one) === JSON.stringify(other));
    }));
    expect(deriveId('kind', 'a,b')).not.toBe(deriveId('kind', 'a', 'b'));
    expect(deriveId('kind', 1)).not.toBe(deriveId('kind', '1'));
    expect(deriveId('one')).not.toBe(deriveId('other'));
  });

  it('gives for ever the ids that lie on logs already', () => {
    expect(userCreatedId({ runId: '5f0a9e1c-77d2-5b34-8c55-0d9a3e1b2c4d', page: 3, index: 7, userId: '6c84fb90-12c4-11e1-840d-7b25c5ee775a', type: 'user.created' })).toBe('2128de83-4c13-50a0-998d-21bfe918c92c');
    expect(foreignEventId({ topic: 'users_created', partition: 2, offset: 1_234_567, timestampMs: 1_780_272_000_456 })).toBe('5bf437a8-d295-53cf-ace5-39b429a1a478');
    expect(slotRunId('userstream', Date.UTC(2026, 5, 1))).toBe('990463fe-3b49-51cd-ba5b-2163a61d8cde');
    expect(manualRunId('userstream', 'r1')).toBe('9eb0a43a-5057-553e-98fd-a9fec8038390');
    expect(toUserId('user 42')).toBe('aefdc4d1-3c7e-5359-a93a-b5e2151d8a90');
  });
});

describe('userCreatedId', () => {
  const of = { runId: 'r', page: 1, index: 0, userId: 'u', type: 'user.created' };

  it('is another one for another run, page, index, user or type', () => {
    const ids = [of, { ...of, runId: 's' }, { ...of, page: 2 }, { ...of, index: 1 }, { ...of, userId: 'v' }, { ...of, type: 't' }].map(userCreatedId);
    expect(new Set(ids).size).toBe(6);
    expect(userCreatedId({ ...of })).toBe(userCreatedId(of));
  });
});

describe('run ids', () => {
  it('belong to one pipeline and one slot or request', () => {
    expect(new Set([slotRunId('a', 1), slotRunId('b', 1), slotRunId('a', 2), manualRunId('a', '1'), manualRunId('b', '1')]).size).toBe(5);
  });
});

describe('toUserId', () => {
  it('keeps a UUID, in lower case', () => {
    fc.assert(fc.property(fc.uuid(), (id) => {
      expect(toUserId(id)).toBe(id);
      expect(toUserId(id.toUpperCase())).toBe(id);
    }));
  });

  it.each(['', 'user 42', '6c84fb90-12c4-11e1-840d-7b25c5ee775', '{6c84fb90-12c4-11e1-840d-7b25c5ee775a}', '6c84fb9012c411e1840d7b25c5ee775a'])('derives one from %j', (given) => {
    expect(toUserId(given)).toBe(uuidv5(JSON.stringify(['user', given]), NAMESPACE));
  });
});

describe('seedOf', () => {
  it('is the first 16 hex digits of a run id', () => {
    expect(seedOf('01234567-89ab-5cde-8f01-23456789abcd')).toBe('0123456789ab5cde');
    fc.assert(fc.property(fc.uuid(), (id) => expect(seedOf(id)).toMatch(/^[0-9a-f]{16}$/)));
  });
});
