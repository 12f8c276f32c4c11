import { jest } from '@jest/globals';
import { type RecordedEvent } from '../../../../../src/domain/event-record.js';
import { encodeDeadLetter } from '../../../../../src/modules/processing/dead-letters/dead-letter.codec.js';
import { deadLetterOf } from '../../../../../src/modules/processing/dead-letters/dead-letter.js';
import { ListDeadLetters } from '../../../../../src/modules/processing/dead-letters/list-dead-letters.js';
import { type Stretch } from '../../../../../src/ports/event-log.port.js';
import { aRecordedEvent } from '../../../../support/builders.js';
import { mockedEventLog } from '../../../../support/mocked-ports.js';

const TOPICS = { topic: 'users_created', group: 'userstream', deadLetterTopic: 'users_created_dlq' };

function aDeadRecord(partition: number, offset: number, deadAtMs: number): RecordedEvent {
  const original = aRecordedEvent({ offset: deadAtMs });
  const { key: _, ...outgoing } = encodeDeadLetter(deadLetterOf({ original, stage: 'decode', reason: 'value.empty', detail: null, group: 'userstream', deadAtMs }));
  return aRecordedEvent({ topic: 'users_created_dlq', partition, offset, ...outgoing });
}

/** A dead-letter topic with these records: by partition, when each became dead; null is somebody else's record. */
function topicOf(...partitions: (number | null)[][]) {
  const held = partitions.map((times, partition) =>
    times.map((deadAtMs, offset) => (deadAtMs === null ? aRecordedEvent({ topic: 'users_created_dlq', partition, offset }) : aDeadRecord(partition, offset, deadAtMs))),
  );
  const read = jest.fn(async function* ({ partition, from, to }: Stretch) {
    const records = (held[partition] ?? []).slice(from, to);
    if (records.length > 0) yield records;
  });
  const offsets = jest.fn(async () => held.map((records, partition) => ({ partition, first: 0, end: records.length })));
  return { held, list: new ListDeadLetters(mockedEventLog({ read, offsets }), TOPICS), read };
}

async function allPages(list: ListDeadLetters, limit: number): Promise<number[][]> {
  const pages: number[][] = [];
  let cursor: string | null = null;
  do {
    const page = await list.execute({ cursor, limit });
    pages.push(page.items.map(({ letter }) => letter.deadAtMs));
    cursor = page.next;
  } while (cursor !== null);
  return pages;
}

describe('ListDeadLetters', () => {
  it('lists the newest first, over all partitions, each exactly once', async () => {
    const { list } = topicOf([10, 40, 50], [20, 30, 60, 70], []);

    await expect(allPages(list, 3)).resolves.toEqual([[70, 60, 50], [40, 30, 20], [10]]);
  });

  it('says where each lies and what it is', async () => {
    const { list, held } = topicOf([10, 20]);

    const { items, next } = await list.execute({ cursor: null, limit: 1, values: true });

    expect(items).toEqual([{ size: held[0]?.[1]?.value?.length, position: { topic: 'users_created_dlq', partition: 0, offset: 1 }, letter: expect.objectContaining({ reason: 'value.empty', stage: 'decode' }) as unknown }]);
    expect(items[0]?.letter.original.value).toEqual(held[0]?.[1]?.value);
    expect(next).not.toBeNull();
  });

  it('reads no more of a partition than a page may hold', async () => {
    const { list, read } = topicOf(Array.from({ length: 100 }, (_, index) => index));

    await list.execute({ cursor: null, limit: 10 });

    expect(Math.min(...read.mock.calls.map(([{ from }]) => from))).toBe(90);
    expect(read.mock.calls.every(([{ from, to }]) => to - from <= 64)).toBe(true);
  });

  it('keeps no values unless they were asked for, and tells their size', async () => {
    const { list, held } = topicOf([10]);

    const { items } = await list.execute({ cursor: null, limit: 1 });

    expect(items[0]?.letter.original.value).toBeNull();
    expect(items[0]?.size).toBe(held[0]?.[0]?.value?.length);
  });

  it('ends a page early where letters are large, reads little more than it gives, and loses none', async () => {
    const { list, held, read } = topicOf(Array.from({ length: 40 }, (_, index) => 2 * index), Array.from({ length: 40 }, (_, index) => 2 * index + 1));
    for (const records of held) records.forEach((record, offset) => (records[offset] = { ...record, value: Buffer.alloc(1_000_000) }));

    const first = await list.execute({ cursor: null, limit: 50, values: true });

    expect(first.items.map(({ letter }) => letter.deadAtMs)).toEqual([79, 78, 77, 76, 75]);
    expect(first.next).not.toBeNull();
    expect(read.mock.calls.reduce((sum, [{ from, to }]) => sum + to - from, 0)).toBeLessThanOrEqual(16);
    expect((await allPages(list, 50)).flat()).toEqual(Array.from({ length: 80 }, (_, index) => 79 - index));
  });

  it('passes over what is no dead letter, and ends', async () => {
    const { list } = topicOf([null, 10, null, null, null, 20]);

    expect((await allPages(list, 2)).flat()).toEqual([20, 10]);
  });

  it('leaves those that came meanwhile off the later pages', async () => {
    const { list, held } = topicOf([10, 20, 30]);
    const { next } = await list.execute({ cursor: null, limit: 1 });
    held[0]?.push(aDeadRecord(0, 3, 40));

    const { items } = await list.execute({ cursor: next, limit: 5 });

    expect(items.map(({ letter }) => letter.deadAtMs)).toEqual([20, 10]);
  });

  it('keeps the order of a partition where the clock went back', async () => {
    const { list } = topicOf([30, 10, 20], [15]);

    expect((await allPages(list, 2)).flat().sort()).toEqual([10, 15, 20, 30]);
  });

  it('of an empty topic is one empty page', async () => {
    await expect(topicOf([], []).list.execute({ cursor: null, limit: 5 })).resolves.toEqual({ items: [], next: null });
  });

  it.each(['nonsense', Buffer.from('[1]').toString('base64url'), Buffer.from('{"0":-1}').toString('base64url'), Buffer.from('{"x":1}').toString('base64url'), Buffer.from('null').toString('base64url')])(
    'refuses the cursor %s, which no page gave',
    async (cursor) => {
      await expect(topicOf([10]).list.execute({ cursor, limit: 5 })).rejects.toMatchObject({ code: 'dead-letters.invalid-cursor' });
    },
  );
});
