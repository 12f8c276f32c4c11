import { EARLIEST, type Fetched, type FetchRequest } from '../../../../src/adapters/event-bus-kafka/kafka-fetcher.js';
import { readStretch, tailPartition, type Fetching } from '../../../../src/adapters/event-bus-kafka/partition-reading.js';
import { type RecordedEvent } from '../../../../src/domain/event-record.js';
import { HastyClock } from '../../../support/hasty-clock.js';

const fetched = (next: number | null, ...offsets: number[]): Fetched => ({
  topic: 'topic',
  partition: 0,
  errorCode: 0,
  highWatermark: 100,
  lastStableOffset: 100,
  first: offsets[0] ?? null,
  next,
  records: offsets.map((offset) => ({ topic: 'topic', partition: 0, offset, timestampMs: 1, timestampType: 'append', key: null, value: null, headers: {} })),
});

/** A partition whose fetches are answered from a script, by the offset asked for. */
class Script implements Fetching {
  readonly asked: number[] = [];

  constructor(private readonly answers: (from: number) => Fetched, private readonly first = 0, private readonly end = 100) {}

  async fetch({ from }: FetchRequest): Promise<Fetched> {
    this.asked.push(from);
    return this.answers(from);
  }

  async offsets(_topic: string, timestamp: number): Promise<ReadonlyMap<number, number>> {
    return new Map([[0, timestamp === EARLIEST ? this.first : this.end]]);
  }
}

const clock = () => new HastyClock(-1);
const at = { topic: 't', partition: 0 };

async function offsetsOf(batches: AsyncIterable<readonly RecordedEvent[]>): Promise<number[][]> {
  const read: number[][] = [];
  for await (const batch of batches) read.push(batch.map(({ offset }) => offset));
  return read;
}

describe('readStretch', () => {
  const stretch = (from: number, to: number, fetcher: Fetching, signal?: AbortSignal) => offsetsOf(readStretch({ ...at, from, to }, { clock: clock(), fetcher, signal }));

  it('leaves out what a batch of the broker holds before and after the stretch', async () => {
    expect(await stretch(3, 6, new Script(() => fetched(8, 0, 1, 2, 3, 4, 5, 6, 7)))).toEqual([[3, 4, 5]]);
  });

  it('ends where only marks, aborted or compacted events are left, without an empty batch', async () => {
    const script = new Script((from) => (from === 0 ? fetched(3, 0, 2) : fetched(from + 4)));
    expect(await stretch(0, 10, script)).toEqual([[0, 2]]);
    expect(script.asked).toEqual([0, 3, 7]);
  });

  it('starts at the first offset left, and ends at once beyond the end', async () => {
    expect(await stretch(2, 10, new Script((from) => (from < 5 ? 'out-of-range' : fetched(10, 5, 9)), 5))).toEqual([[5, 9]]);
    expect(await stretch(200, 300, new Script(() => 'out-of-range'))).toEqual([]);
  });

  it('gives up on a transaction that stays open, and says at which offset', async () => {
    const script = new Script((from) => (from === 0 ? fetched(2, 0, 1) : fetched(null)));
    const reading = readStretch({ ...at, from: 0, to: 5 }, { clock: clock(), fetcher: script, signal: undefined });
    expect((await reading.next()).value).toHaveLength(2);
    await expect(reading.next()).rejects.toMatchObject({ code: 'bus.unavailable', message: expect.stringContaining('t/0 from offset 2') as string });
  });

  it('goes on when the transaction is over in time', async () => {
    let looks = 0;
    expect(await stretch(0, 5, new Script(() => (++looks < 20 ? fetched(null) : fetched(5, 0, 4))))).toEqual([[0, 4]]);
  });

  it('stops between two fetches when its signal aborts', async () => {
    const stop = new AbortController();
    const reading = readStretch({ ...at, from: 0, to: 50 }, { clock: clock(), fetcher: new Script((from) => fetched(from + 1, from)), signal: stop.signal });
    await reading.next();
    stop.abort(new Error('enough'));
    await expect(reading.next()).rejects.toThrow('enough');
  });
});

describe('tailPartition', () => {
  it('passes marks and a start that retention has removed, waits beyond the end, and ends by its signal', async () => {
    const stop = new AbortController();
    let fetches = 0;
    const script = new Script((from) => {
      fetches += 1;
      if (fetches > 50) stop.abort();
      if (from < 5) return 'out-of-range';
      return from === 5 ? fetched(6, 5) : from === 6 ? fetched(9) : from === 9 ? fetched(10, 9) : fetched(null);
    }, 5);
    expect(await offsetsOf(tailPartition({ ...at, from: 0 }, { clock: clock(), fetcher: script, signal: stop.signal }))).toEqual([[5], [9]]);
    expect(script.asked.slice(0, 5)).toEqual([0, 5, 6, 9, 10]);
  });

  it('waits for an offset that is yet to come to exist', async () => {
    const stop = new AbortController();
    let fetches = 0;
    const script = new Script((from) => {
      if (++fetches < 4) return 'out-of-range';
      stop.abort();
      return fetched(from + 1, from);
    }, 0, 10);
    expect(await offsetsOf(tailPartition({ ...at, from: 20 }, { clock: clock(), fetcher: script, signal: stop.signal }))).toEqual([[20]]);
  });
});
