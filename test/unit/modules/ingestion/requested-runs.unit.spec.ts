import { manualRunId } from '../../../../src/domain/ids.js';
import { PlanTooLargeError } from '../../../../src/modules/ingestion/index.js';
import { SourceRefusedError } from '../../../../src/ports/user-source.port.js';
import { PagedSource } from './paged-source.js';
import { World } from './ingesting.js';

let world: World;
beforeEach(() => {
  world = new World();
});
afterEach(() => world.end());

describe('a run that somebody asked for', () => {
  it('publishes exactly its count, with a smaller last page, and its id is known beforehand', async () => {
    const source = new PagedSource();
    const ingestion = await world.start({ mode: 'manual' }, [source]);
    const { requestId, runId } = await ingestion.request({ count: 50 });
    await world.clock.advance(9_000);
    expect(runId).toBe(manualRunId('test', requestId));
    expect(source.asked.map(({ size }) => size)).toEqual([20, 20, 10]);
    expect(ingestion.runs()).toMatchObject([{ runId, trigger: 'manual', requestId, outcome: 'succeeded', plan: { count: 50, lastPage: 3 }, progress: { published: 50 } }]);
    expect(world.publishedIds()).toHaveLength(50);
    expect(ingestion.state.requested.size).toBe(0);
  });

  it('is planned by what was asked for, and by the pipeline where nothing was', async () => {
    const ingestion = await world.start({ mode: 'manual' });
    const askedAtMs = world.clock.now();
    await ingestion.request({ windowMs: 10_000, rate: 10, seed: 'fedcba9876543210' });
    await world.clock.advance(30_000);
    await ingestion.request();
    await world.clock.advance(50_000);
    expect(ingestion.runs().map(({ plan, outcome }) => [outcome, plan.rate, plan.firstPage, plan.lastPage, plan.window.endMs - plan.window.startMs])).toEqual([
      ['succeeded', 10, 1, 5, 10_000],
      ['succeeded', 5, 1, 10, 40_000],
    ]);
    expect(ingestion.runs()[0]?.plan).toMatchObject({ seed: 'fedcba9876543210', window: { startMs: askedAtMs } });
  });

  it('runs beside the slot, one request at a time', async () => {
    const ingestion = await world.start();
    await world.clock.advance(1_000);
    await ingestion.request({ count: 40 });
    await ingestion.request({ count: 20 });
    await world.clock.advance(7_500);
    expect(ingestion.runs().map(({ trigger, outcome }) => [trigger, outcome])).toEqual([['slot', null], ['manual', 'succeeded'], ['manual', 'succeeded']]);
    expect(ingestion.runs()[2]?.claimedAtMs).toBeGreaterThanOrEqual(ingestion.runs()[1]?.finishedAtMs ?? Infinity);
  });

  it('waits in the journal for an ingestion process, and is then carried out whole', async () => {
    const first = await world.start({ mode: 'manual' });
    first.bus.cut((topic) => topic === 'users_created');
    await first.request({ count: 20 });
    await world.clock.advance(100);
    await first.request({ count: 60 });
    first.kill();
    await world.clock.advance(600_000);
    const second = await world.start({ mode: 'manual', instanceId: 'two' });
    await world.clock.advance(60_000);
    expect(second.runs().map(({ outcome, progress }) => [outcome, progress.published])).toEqual([['succeeded', 20], ['succeeded', 60]]);
  });

  it('is refused, and nothing is written, if its source cannot tell so many pages apart', async () => {
    const ingestion = await world.start({ mode: 'manual' });
    const before = world.log.records('test_journal').length;
    const refused = await ingestion.request({ count: 200_001 }).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(PlanTooLargeError);
    expect(refused).toMatchObject({ code: 'run.plan-too-large', remedy: expect.stringContaining('INGEST_PAGE_SIZE') as string });
    expect(world.log.records('test_journal')).toHaveLength(before);
    await expect(ingestion.request({ count: 200_000, rate: 0 })).resolves.toHaveProperty('runId');
  });

  it('fails, and says why, if the source of the process that takes it is smaller than the one it was asked of', async () => {
    const source = new PagedSource();
    const ingestion = await world.start({ mode: 'manual' }, [source]);
    const asked = ingestion.request({ count: 100 });
    source.maxPages = 4;
    await asked;
    await world.clock.advance(1_000);
    expect(ingestion.runs()).toMatchObject([{ outcome: 'failed', code: 'run.plan-too-large', progress: { published: 0 } }]);
    expect(ingestion.state.requested.size).toBe(0);
  });

  it('is judged by the source of the instance that ingests, in whichever process it is asked for', async () => {
    const source = new PagedSource();
    source.maxPages = 4;
    await world.start({ mode: 'manual' }, [source]);
    const admin = await world.startAdmin();
    await world.clock.advance(1_000);
    const before = world.log.records('test_journal').length;
    await expect(admin.request({ count: 81 })).rejects.toMatchObject({ code: 'run.plan-too-large' });
    expect(world.log.records('test_journal')).toHaveLength(before);
    await admin.request({ count: 80 });
    await world.clock.advance(20_000);
    expect(admin.runs()).toMatchObject([{ outcome: 'succeeded', progress: { published: 80 } }]);
  });

  it('is taken while nobody ingests, and judged by whoever takes it', async () => {
    const admin = await world.startAdmin();
    const { runId } = await admin.request({ count: 81 });
    const source = new PagedSource();
    source.maxPages = 4;
    await world.start({ mode: 'manual' }, [source]);
    await world.clock.advance(1_000);
    expect(admin.runs()).toMatchObject([{ runId, outcome: 'failed', code: 'run.plan-too-large', progress: { published: 0 } }]);
  });

  it('of rate 0 goes as fast as the source gives, for as long as the window', async () => {
    const source = new PagedSource();
    source.answers = () => world.clock.sleep(100);
    const ingestion = await world.start({ mode: 'manual', pageSize: 1 }, [source]);
    await ingestion.request({ rate: 0, windowMs: 5_000 });
    await world.clock.advance(6_000);
    expect(ingestion.runs()).toMatchObject([{ outcome: 'succeeded', plan: { lastPage: 10_000 }, progress: { published: 50 } }]);
  });
});

describe('a file', () => {
  const file = (sha256 = 'abc', people: number | null = 45) => new PagedSource({ name: 'file', parameters: { sha256 } }, people);
  const once = async (source: PagedSource, given = {}) => {
    const ingestion = await world.start({ mode: 'manual', rate: 0, ...given }, [source]);
    await world.clock.advance(2_000);
    await ingestion.stop(world.clock, 10);
    return ingestion.runs().map(({ outcome, progress }) => [outcome, progress.published]);
  };

  it('is run by itself, once for its content', async () => {
    expect(await once(file())).toEqual([['succeeded', 45]]);
    expect(await once(file())).toEqual([['succeeded', 45]]);
    expect(await once(file('other'))).toEqual([['succeeded', 45], ['succeeded', 45]]);
  });

  it('is run again after a run that failed', async () => {
    const broken = file();
    broken.answers = () => {
      throw new SourceRefusedError('missing', 'the file is gone');
    };
    expect(await once(broken)).toEqual([['failed', 0]]);
    expect(await once(file())).toEqual([['failed', 0], ['succeeded', 45]]);
  });

  it('that holds nothing is an empty run, not a failed one', async () => {
    expect(await once(file('abc', 0))).toEqual([['empty', 0]]);
  });

  it('gives a run of its first people if a count was asked for', async () => {
    const ingestion = await world.start({ mode: 'manual', rate: 0 }, [file()]);
    await world.clock.advance(500);
    await ingestion.request({ count: 30 });
    await world.clock.advance(500);
    expect(ingestion.runs().map(({ outcome, progress }) => [outcome, progress.published])).toEqual([['succeeded', 45], ['succeeded', 30]]);
  });
});
