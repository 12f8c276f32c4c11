import { slotRunId } from '../../../../src/domain/ids.js';
import { SourceRefusedError } from '../../../../src/ports/user-source.port.js';
import { World } from './ingesting.js';
import { PagedSource } from './paged-source.js';

describe('continuous ingestion', () => {
  let world: World;
  beforeEach(() => {
    world = new World();
  });
  afterEach(() => world.end());

  it('publishes its first page at once', async () => {
    await world.start();
    expect(world.published()).toHaveLength(20);
  });

  it('publishes a page every four seconds, and names the run after its slot', async () => {
    const startMs = world.clock.now();
    const ingestion = await world.start();
    await world.clock.advance(36_000);
    const times = [...new Set(world.published().map(({ atMs }) => atMs - startMs))];
    expect(times).toEqual([0, 4_000, 8_000, 12_000, 16_000, 20_000, 24_000, 28_000, 32_000, 36_000]);
    expect(ingestion.runs()).toMatchObject([{ runId: slotRunId('test', startMs), outcome: 'succeeded', trigger: 'slot', progress: { page: 10, published: 200, fetched: 200 } }]);
  });

  it('begins the next slot when the last has ended', async () => {
    const ingestion = await world.start();
    const startMs = world.clock.now();
    await world.clock.advance(79_000);
    expect(ingestion.runs().map(({ plan, outcome, progress }) => [plan.window.startMs - startMs, outcome, progress.published])).toEqual([[0, 'succeeded', 200], [40_000, 'succeeded', 200]]);
    expect(world.publishedIds()).toHaveLength(400);
  });
});

describe('a slot whose predecessor is late', () => {
  let world: World;
  beforeEach(() => {
    world = new World();
  });
  afterEach(() => world.end());

  it('waits, then plans what is still due; one whose window has passed is skipped, and the journal says so', async () => {
    const startMs = world.clock.now();
    const ingestion = await world.start();
    await world.clock.advance(6_000);
    ingestion.bus.cut((topic) => topic === 'users_created');
    await world.clock.advance(84_000);
    ingestion.bus.mend();
    await world.clock.advance(29_000);
    const runs = ingestion.runs().map(({ plan, outcome, code, progress }) => ({ slot: (plan.window.startMs - startMs) / 1_000, first: plan.firstPage, last: plan.lastPage, outcome, code, published: progress.published }));
    expect(runs).toEqual([
      { slot: 0, first: 1, last: 10, outcome: 'succeeded', code: null, published: 200 },
      { slot: 40, first: 1, last: 10, outcome: 'skipped', code: 'run.window-passed', published: 0 },
      { slot: 80, first: 7, last: 10, outcome: 'succeeded', code: null, published: 80 },
    ]);
  });

  it('says at most a day of skipped slots of ten minutes after the clock was set ahead by years', async () => {
    const ingestion = await world.start();
    world.clock.jump(10 * 365 * 24 * 3_600_000);
    await world.clock.advance(60_000);
    const skipped = ingestion.runs().filter(({ outcome }) => outcome === 'skipped');
    expect(skipped.length).toBeGreaterThan(0);
    expect(skipped.length).toBeLessThanOrEqual(144);
    expect(ingestion.runs().at(-1)?.plan.window.endMs).toBeGreaterThan(world.clock.now());
  });
});

describe('a machine that slept between two runs', () => {
  it('says that nobody was awake in the windows that passed', async () => {
    const world = new World();
    const ingestion = await world.start();
    await world.clock.advance(37_000);
    world.clock.jump(90_000);
    await world.clock.advance(5_000);
    expect(ingestion.runs().map(({ outcome, code }) => [outcome, code])).toEqual([['succeeded', null], ['skipped', 'run.missed'], ['skipped', 'run.missed'], [null, null]]);
    await world.end();
  });
});

describe('a clock that was ahead when ingestion began', () => {
  it('costs seconds when it is set right, not the time that it was ahead', async () => {
    const world = new World();
    const rightMs = world.clock.now();
    world.clock.jump(24 * 3_600_000);
    const ingestion = await world.start();
    await world.clock.advance(38_000);
    world.clock.jump(-24 * 3_600_000);
    await world.clock.advance(5_000);
    const slots = () => ingestion.runs().map(({ plan }) => (plan.window.startMs - rightMs) / 1_000);
    expect(slots()).toEqual([86_400, 40]);
    await world.clock.advance(40_000);
    expect(slots()).toEqual([86_400, 40, 80]);
    await world.end();
  });
});

describe('a run that was planned while the clock was ahead', () => {
  it('goes on at once where a process finds it open after the clock was set right, and holds up no slot', async () => {
    const world = new World();
    const rightMs = world.clock.now();
    world.clock.jump(24 * 3_600_000);
    const first = await world.start();
    await world.clock.advance(10_000);
    await first.stop(world.clock, 100);
    world.clock.jump(-24 * 3_600_000);
    const second = await world.start({ instanceId: 'two' });
    await world.clock.advance(31_000);
    expect(second.runs()[0]).toMatchObject({ plan: { window: { startMs: rightMs + 86_400_000 } }, outcome: 'succeeded', progress: { page: 10, published: 200 } });
    expect(second.runs().at(-1)).toMatchObject({ plan: { window: { startMs: rightMs + 40_000 } }, progress: { page: 1 } });
    await world.end();
  });

  it('as fast as the source gives, publishes no longer than its window is', async () => {
    const world = new World();
    world.clock.jump(24 * 3_600_000);
    const source = new PagedSource();
    source.answers = () => world.clock.sleep(1_000);
    const first = await world.start({ rate: 0 }, [source]);
    await world.clock.advance(10_000);
    await first.stop(world.clock, 1_500);
    world.clock.jump(-24 * 3_600_000);
    const second = await world.start({ instanceId: 'two', rate: 0 }, [source]);
    await world.clock.advance(42_000);
    expect(second.runs()[0]).toMatchObject({ outcome: 'succeeded' });
    await world.end();
  });
});

describe('a slot that is known already', () => {
  it('is not run a second time by a process that starts within it', async () => {
    const world = new World();
    const first = await world.start();
    await world.clock.advance(37_000);
    await first.stop(world.clock, 100);
    const written = world.log.records('test_journal').length;
    const second = await world.start({ instanceId: 'two' });
    await world.clock.advance(1_000);
    expect(second.runs()).toHaveLength(1);
    expect(world.log.records('test_journal')).toHaveLength(written);
    expect(world.published()).toHaveLength(200);
    await world.end();
  });

  it('is not tried again either if its run has failed', async () => {
    const world = new World();
    const source = new PagedSource();
    source.answers = () => {
      throw new SourceRefusedError('forbidden', 'HTTP 403');
    };
    await (await world.start({}, [source])).stop(world.clock, 100);
    source.answers = () => undefined;
    const second = await world.start({ instanceId: 'two' }, [source]);
    await world.clock.advance(20_000);
    expect(second.runs()).toMatchObject([{ outcome: 'failed', attempts: [{ instance: 'one' }] }]);
    expect(world.published()).toEqual([]);
    await world.end();
  });

  it('is planned from the page that is due now if nobody has claimed it before', async () => {
    const world = new World();
    await world.clock.advance(17_000);
    const ingestion = await world.start();
    expect(ingestion.runs()).toMatchObject([{ plan: { firstPage: 5, lastPage: 10 }, progress: { page: 5, published: 20 } }]);
    await world.end();
  });

  it('belongs to one of two processes that claim it at once', async () => {
    const world = new World();
    const [one, two] = await Promise.all([world.start(), world.start({ instanceId: 'two' })]);
    await world.clock.advance(45_000);
    expect(one.runs().map(({ attempts }) => attempts.filter(({ outcome }) => outcome === 'succeeded' || outcome === null).length)).toEqual([1, 1]);
    expect(one.runs()).toEqual(two.runs());
    expect(world.publishedIds()).toHaveLength(240);
    await world.end();
  });
});
