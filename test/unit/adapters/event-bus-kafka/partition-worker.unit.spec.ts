import { type FetchedBatch } from '../../../../src/adapters/event-bus-kafka/fetched-batch.js';
import { KAFKA_CONSUMER_DEFAULTS } from '../../../../src/adapters/event-bus-kafka/kafka-consumer-options.js';
import { type PartitionClaim } from '../../../../src/adapters/event-bus-kafka/partition-claim.js';
import { PartitionWorker } from '../../../../src/adapters/event-bus-kafka/partition-worker.js';
import { BusUnavailableError } from '../../../../src/ports/event-bus.errors.js';
import { type BatchHandler, type LogIncident } from '../../../../src/ports/event-consumer.port.js';
import { allStored, deferred } from '../../../contracts/event-bus/harness.js';
import { FakeClock } from '../../../support/fake-clock.js';

class FakeClaim implements PartitionClaim {
  readonly partition = 0;
  readonly commits: string[] = [];
  readonly seeks: number[] = [];
  held = true;
  failing: Error | null = null;
  private readonly ending = new AbortController();
  readonly lost = this.ending.signal;

  async commit(offset: number, metadata: string): Promise<void> {
    if (this.failing !== null) throw this.failing;
    this.commits.push(`${offset} ${metadata.split(' ').slice(1, 5).join(' ')}`);
  }
  seek(offset: number): void {
    this.seeks.push(offset);
  }
  hold(): void {
    this.held = true;
  }
  release(): void {
    this.held = false;
  }
  lose(): void {
    this.ending.abort(new Error('lost'));
  }
}

const fetched = (from: number, end: number, offsets = Array.from({ length: end - from }, (_, index) => from + index)): FetchedBatch => ({
  topic: 't',
  partition: 0,
  from,
  end,
  records: offsets.map((offset) => ({ topic: 't', partition: 0, offset, timestampMs: 1_000 + offset, timestampType: 'append', key: null, value: Buffer.from(`value-${offset}`), headers: {} })),
});
const always = () => true;
const away = new BusUnavailableError('the table is away');

describe("a partition's worker", () => {
  let clock: FakeClock;
  let handed: number[][];
  let incidents: LogIncident[];
  let errors: string[];
  let verdict: BatchHandler;
  let worker: PartitionWorker;
  beforeEach(() => {
    clock = new FakeClock();
    [handed, incidents, errors] = [[], [], []];
    verdict = async (batch) => allStored(batch);
    const handle: BatchHandler = (batch, signal) => {
      handed.push(batch.events.map(({ offset }) => offset));
      return verdict(batch, signal);
    };
    const options = { ...KAFKA_CONSUMER_DEFAULTS, batch: { events: 2, bytes: 1_000 }, retry: { baseMs: 100, maxMs: 100 }, random: () => 1 };
    worker = new PartitionWorker({ topic: 't', partition: 0, handle, clock, options, report: (incident) => incidents.push(incident), log: { error: (message) => errors.push(message) } }, false);
  });

  async function take(committed: { offset: number; metadata: string | null } | null = null): Promise<FakeClaim> {
    const claim = new FakeClaim();
    worker.assign(claim);
    await worker.open(claim, { committed, bounds: { first: 0, end: 1_000 }, timestampAt: async () => null });
    return claim;
  }

  it('hands over a fetch in pieces and commits at its end', async () => {
    const claim = await take();
    expect([claim.seeks, claim.held]).toEqual([[0], false]);
    await worker.work(claim, fetched(0, 8, [0, 1, 2, 5]), always);
    expect(handed).toEqual([[0, 1], [2, 5]]);
    expect(claim.commits).toEqual(['8 0 4 0 4']);
    expect(worker.state()).toMatchObject({ state: 'running', next: 8 });
  });

  it('commits in between where it takes long', async () => {
    const claim = await take();
    verdict = async (batch) => {
      await clock.advance(1_500);
      return allStored(batch);
    };
    await worker.work(claim, fetched(0, 4), always);
    expect(claim.commits).toEqual(['2 0 2 0 0', '4 0 4 0 0']);
  });

  it('stops between pieces when told to, with what was handled committed and no more passed', async () => {
    const claim = await take();
    await worker.work(claim, fetched(0, 6), () => handed.length < 2);
    expect([handed, claim.commits, worker.next]).toEqual([[[0, 1], [2, 3]], ['4 0 4 0 0'], 4]);
  });

  it('waits for another try outside the fetch, and hands over the very same events, however the fetch is cut then', async () => {
    const claim = await take();
    const given: unknown[] = [];
    verdict = async (batch) => {
      given.push(batch.events);
      if (given.length === 2) throw away;
      return allStored(batch);
    };
    await worker.work(claim, fetched(0, 4), always);
    expect([claim.held, claim.commits, worker.state()]).toEqual([true, ['2 0 2 0 0'], expect.objectContaining({ state: 'stalled', reason: 'the table is away', next: 2 })]);
    await clock.advance(99);
    expect(claim.held).toBe(true);
    await clock.advance(1);
    expect(claim.held).toBe(false);
    await worker.work(claim, fetched(2, 7), always);
    expect(handed).toEqual([[0, 1], [2, 3], [2, 3], [4, 5], [6]]);
    expect(given[2]).toBe(given[1]);
    expect(worker.state()).toMatchObject({ state: 'running', next: 7 });
  });

  it('passes the control records behind a batch that was rejected and whole: kafkajs goes on after them', async () => {
    const claim = await take();
    let first = true;
    verdict = async (batch) => {
      if (!first) return allStored(batch);
      first = false;
      throw away;
    };
    await worker.work(claim, fetched(0, 4, [0, 1]), always);
    await clock.advance(100);
    await worker.work(claim, fetched(0, 4, [0, 1]), () => true);
    expect([handed, worker.next]).toEqual([[[0, 1], [0, 1]], 4]);
  });

  it('stays halted where the partition comes back with the same position, and goes on where another has moved it', async () => {
    const claim = await take();
    verdict = () => Promise.reject(new TypeError('a bug of ours'));
    await worker.work(claim, fetched(0, 2), always);
    claim.lose();
    const again = await take();
    expect([again.held, worker.state().state]).toEqual([true, 'halted']);
    again.lose();
    const moved = await take({ offset: 2, metadata: null });
    expect([moved.held, worker.state().state, errors]).toEqual([false, 'running', [expect.stringContaining('offset 0: unexpected.TypeError')]]);
  });

  it('aborts what is in hand of a lost claim, throws its result away, and begins anew only after it has come back', async () => {
    const claim = await take();
    const late = deferred();
    let aborted = false;
    verdict = async (batch, signal) => {
      signal.addEventListener('abort', () => (aborted = true));
      await late.promise;
      return allStored(batch);
    };
    const work = worker.work(claim, fetched(0, 2), always);
    await clock.advance(0);
    claim.lose();
    await work;
    const again = new FakeClaim();
    worker.assign(again);
    const opening = worker.open(again, { committed: null, bounds: { first: 0, end: 9 }, timestampAt: async () => null });
    await clock.advance(1_000);
    expect([aborted, again.held]).toEqual([true, true]);
    late.resolve();
    await opening;
    expect([again.held, claim.commits, again.commits, worker.next]).toEqual([false, [], [], 0]);
  });

  it('tries a commit until it goes through, and hands nothing over before', async () => {
    const claim = await take();
    claim.failing = Object.assign(new Error('connection closed'), { name: 'KafkaJSConnectionClosedError', retriable: true });
    const first = worker.work(claim, fetched(0, 2), always);
    const second = worker.work(claim, fetched(2, 4), always);
    await clock.advance(5_000);
    expect([handed, worker.state().state]).toEqual([[[0, 1]], 'stalled']);
    claim.failing = null;
    await clock.advance(200);
    await Promise.all([first, second]);
    expect([handed, claim.commits, worker.state().state]).toEqual([[[0, 1], [2, 3]], ['2 0 2 0 0', '4 0 4 0 0'], 'running']);
  });

  it('gives a commit up when the claim is lost or the consumer stops', async () => {
    for (const giveUp of [(claim: FakeClaim) => claim.lose(), () => worker.end()]) {
      const claim = await take();
      claim.failing = new BusUnavailableError('the coordinator is away');
      const work = worker.work(claim, fetched(worker.next, worker.next + 2), always);
      await clock.advance(1_000);
      giveUp(claim);
      await clock.advance(0);
      await work;
      expect(claim.commits).toEqual([]);
    }
  });

  it.each([
    ['that were compacted away', 1, []],
    ['that retention removed', 4, [['gap', 1, 4]]],
  ])('passes offsets %s before a fetch without an event', async (_, first, said) => {
    const claim = await take();
    await worker.work(claim, fetched(0, 1), always);
    await worker.skip(claim, { from: 5, end: 7 }, async () => first);
    expect(claim.commits.at(-1)).toBe('7 0 1 0 6');
    expect(incidents.map(({ kind, fromOffset, toOffset }) => [kind, fromOffset, toOffset])).toEqual(said);
  });

  it('reads on where kafkajs was sent: a gap behind its position, another log before it', async () => {
    const claim = await take();
    await worker.work(claim, fetched(0, 2), always);
    await worker.work(claim, fetched(5, 6), always);
    await worker.work(claim, fetched(0, 1), always);
    expect(incidents.map(({ kind, fromOffset, toOffset }) => [kind, fromOffset, toOffset])).toEqual([['gap', 2, 5], ['log-replaced', 6, 0]]);
    expect(claim.commits).toEqual(['2 0 2 0 0', '6 0 3 0 3', '1 0 1 0 0']);
  });

  it('is stalled where events wait and nothing moves, until something does', async () => {
    const claim = await take();
    worker.see(3);
    await clock.advance(60_000);
    expect(worker.state()).toMatchObject({ state: 'stalled', code: 'bus.no-progress' });
    await worker.work(claim, fetched(0, 3), always);
    expect(worker.state()).toMatchObject({ state: 'running', code: null });
    worker.see(3);
    await clock.advance(60_000);
    expect(worker.state().state).toBe('running');
  });
});
